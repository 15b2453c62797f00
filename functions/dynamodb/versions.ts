import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DeleteCommandInput,
  type DynamoDBDocumentClient,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { NotFoundError, VersionConflictError } from '../errors.ts';
import { readItem } from './conditional-writes.ts';
import type { Item } from './item.ts';
import { type ItemKey, table } from './keys.ts';

/** The version that a write expects: any version of an item that exists, or one of these. */
export type ExpectedVersion = 'any' | readonly number[];

/** A write to one item on the condition that it exists, and has an expected version. */
export interface ExpectedWrite {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly key: ItemKey;
  /** Left out by a client that names no version, and for an item that has no attribute `version`. */
  readonly expected?: ExpectedVersion | undefined;
  /** The error for an item that does not exist. */
  readonly NotFound: new () => NotFoundError;
  /** The error for an item of another version. An item without versions needs none. */
  readonly VersionConflict?: new () => VersionConflictError;
}

/** The parts of an UpdateItem that say what is written. */
export interface Update {
  readonly UpdateExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Record<string, unknown>;
}

/**
 * Updates an item that exists and has an expected version. The update must set `#version`.
 * @param isOwnWrite whether an item is as this update leaves it, and as no other does
 * @returns the item after the update
 * @throws {NotFoundError} when the item does not exist, {VersionConflictError} when it has another version
 * @example
 * const write = { client, tableName, key, expected, NotFound: TodoNotFound, VersionConflict: TodoVersionConflict };
 * const item = await updateExpected(write, toUpdate(changes, writeId), (current) => current.writeId === writeId);
 */
export async function updateExpected(
  { client, tableName: TableName, key: Key, ...write }: ExpectedWrite,
  update: Update,
  isOwnWrite: (item: Item) => boolean,
): Promise<Item> {
  const condition = toCondition(write.expected);
  const command = new UpdateCommand({
    TableName,
    Key,
    ...update,
    ConditionExpression: condition.ConditionExpression,
    ExpressionAttributeValues: {
      ...update.ExpressionAttributeValues,
      ...condition.ExpressionAttributeValues,
    },
    ReturnValues: 'ALL_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  try {
    const { Attributes = {} } = await client.send(command);
    return Attributes;
  } catch (error) {
    const { item, isRepeated } = await afterFailedCondition(error, client, TableName, Key);
    if (item && isRepeated && isOwnWrite(item)) return item;
    throw errorOf(item, write);
  }
}

/**
 * Deletes an item that exists and has an expected version. When the SDK repeated the attempt, an item that is gone
 * counts as deleted: the earlier attempt may have deleted it, and the client wants it gone.
 * @returns the deleted item; undefined when it is unknown
 * @throws {NotFoundError} when the item does not exist, {VersionConflictError} when it has another version
 * @example await deleteExpected({ client, tableName, key: userItemKey(userId, 'note', id), NotFound: NoteNotFound });
 */
export async function deleteExpected({
  client,
  tableName: TableName,
  key: Key,
  ...write
}: ExpectedWrite): Promise<Item | undefined> {
  const condition = toCondition(write.expected);
  const command = new DeleteCommand({
    TableName,
    Key,
    ReturnValues: 'ALL_OLD',
    ...condition,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  try {
    const { Attributes } = await client.send(command);
    return Attributes;
  } catch (error) {
    const { item, isRepeated } = await afterFailedCondition(error, client, TableName, Key);
    if (!item && isRepeated) return undefined;
    throw errorOf(item, write);
  }
}

/**
 * The item after a condition failed. DynamoDB sends it with the error; an engine that leaves it out costs a read. So
 * does a repeated attempt: an earlier attempt may have succeeded, and the condition then failed on our own write.
 */
async function afterFailedCondition(
  error: unknown,
  client: DynamoDBDocumentClient,
  tableName: string,
  key: ItemKey,
): Promise<{ item: Item | undefined; isRepeated: boolean }> {
  if (!(error instanceof ConditionalCheckFailedException)) throw error;
  const isRepeated = (error.$metadata.attempts ?? 1) > 1;
  const item = (!isRepeated && error.Item) || (await readItem(client, tableName, key));
  return { item, isRepeated };
}

function errorOf(
  item: Item | undefined,
  { NotFound, VersionConflict = NotFound }: Pick<ExpectedWrite, 'NotFound' | 'VersionConflict'>,
): Error {
  return item ? new VersionConflict() : new NotFound();
}

/** No item has version 0. DynamoDB takes at most 100 operands of IN. */
const NO_VERSION = 0;
const MAX_OPERANDS = 100;

/** The condition that the item exists, and has one of the expected versions. */
function toCondition(
  expected: ExpectedVersion | undefined,
): Pick<
  DeleteCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
> {
  if (expected === undefined || expected === 'any') {
    return { ConditionExpression: `attribute_exists(${table.partitionKey})` };
  }
  const versions = expected.length > 0 ? expected.slice(0, MAX_OPERANDS) : [NO_VERSION];
  const values = Object.fromEntries(versions.map((version, i) => [`:version${i}`, version]));
  return {
    ConditionExpression: `#version IN (${Object.keys(values).join(', ')})`,
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: values,
  };
}
