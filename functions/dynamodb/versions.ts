import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DeleteCommandInput,
  type DynamoDBDocumentClient,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { NotFoundError, PreconditionHeader, VersionConflictError } from '../errors.ts';
import { readItem } from './conditional-writes.ts';
import type { Item } from './item.ts';
import { type ItemKey, table } from './keys.ts';

/** Versions of an item that exists: any, or these. */
export type Versions = 'any' | readonly number[];

/** What a client demands of the version before a write; undefined where it demands nothing. */
export interface VersionPreconditions {
  /** The version must be one of these. */
  readonly ifMatch?: Versions | undefined;
  /** The version must be none of these. */
  readonly ifNoneMatch?: Versions | undefined;
}

/** A write to one item on the condition that it exists, and that the preconditions of the client hold. */
export interface ExpectedWrite {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly key: ItemKey;
  /** Left out for an item that has no attribute `version`. */
  readonly preconditions?: VersionPreconditions;
  /** The error for an item that does not exist. */
  readonly NotFound: new () => NotFoundError;
  /** The error for an item of another version. An item without versions needs none. */
  readonly VersionConflict?: new (
    failed: PreconditionHeader,
  ) => VersionConflictError;
}

/** The parts of an UpdateItem that say what is written. */
export interface Update {
  readonly UpdateExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Record<string, unknown>;
  /** The condition that the item would stay the same. It can use the names and values of the update. */
  readonly unchanged: string;
  /** Whether the same condition holds for an item that was read. */
  readonly isUnchanged: (item: Item) => boolean;
  /** Whether an item is as this update leaves it, and as no other does. */
  readonly isOwnWrite: (item: Item) => boolean;
}

/**
 * Updates an item that exists and whose version the client expects. The update must set `#version`. An item that would
 * stay the same is not written, so it keeps its version.
 * @returns the item after the update
 * @throws {NotFoundError} when the item does not exist, {VersionConflictError} when a precondition does not hold
 * @example
 * const write = { client, tableName, key, preconditions, NotFound: TodoNotFound, VersionConflict: TodoVersionConflict };
 * const item = await updateExpected(write, toUpdate(id, changes, stamp));
 */
export async function updateExpected(
  { client, tableName: TableName, key: Key, ...write }: ExpectedWrite,
  { unchanged, isUnchanged, isOwnWrite, ...update }: Update,
): Promise<Item> {
  const condition = toCondition(write.preconditions);
  const command = new UpdateCommand({
    TableName,
    Key,
    ...update,
    ConditionExpression: `${condition.ConditionExpression} AND NOT (${unchanged})`,
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
    if (item && failedPrecondition(item, write.preconditions) === undefined) {
      // Without preconditions, only the last part of the condition can have failed. The item was read after that.
      if (isUnchanged(item) || !hasPreconditions(write.preconditions)) return item;
    }
    throw errorOf(item, write);
  }
}

/**
 * Deletes an item that exists and whose version the client expects. When the SDK repeated the attempt, an item that is
 * gone counts as deleted: the earlier attempt may have deleted it, and the client wants it gone.
 * @returns the deleted item; undefined when it is unknown
 * @throws {NotFoundError} when the item does not exist, {VersionConflictError} when a precondition does not hold
 * @example await deleteExpected({ client, tableName, key: userItemKey(userId, 'note', id), NotFound: NoteNotFound });
 */
export async function deleteExpected({
  client,
  tableName: TableName,
  key: Key,
  ...write
}: ExpectedWrite): Promise<Item | undefined> {
  const command = new DeleteCommand({
    TableName,
    Key,
    ReturnValues: 'ALL_OLD',
    ...toCondition(write.preconditions),
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
 * does a repeated attempt: an earlier attempt may have succeeded, and the condition then failed on our own write. The
 * document client does not unmarshal the item of an error.
 */
async function afterFailedCondition(
  error: unknown,
  client: DynamoDBDocumentClient,
  tableName: string,
  key: ItemKey,
): Promise<{ item: Item | undefined; isRepeated: boolean }> {
  if (!(error instanceof ConditionalCheckFailedException)) throw error;
  const isRepeated = (error.$metadata.attempts ?? 1) > 1;
  const item = isRepeated || !error.Item ? await readItem(client, tableName, key) : unmarshall(error.Item);
  return { item, isRepeated };
}

/** The precondition that an item does not fulfil, in the order of RFC 9110 §13.2.2; undefined when all hold. */
function failedPrecondition(
  { version }: Item,
  { ifMatch = 'any', ifNoneMatch = [] }: VersionPreconditions = {},
): PreconditionHeader | undefined {
  const names = (versions: Versions) => versions === 'any' || versions.some((each) => each === version);
  if (!names(ifMatch)) return 'If-Match';
  return names(ifNoneMatch) ? 'If-None-Match' : undefined;
}

function hasPreconditions({ ifMatch, ifNoneMatch }: VersionPreconditions = {}): boolean {
  return ifMatch !== undefined || ifNoneMatch !== undefined;
}

function errorOf(
  item: Item | undefined,
  { preconditions, NotFound, VersionConflict }: Omit<ExpectedWrite, 'client' | 'tableName' | 'key'>,
): Error {
  if (item === undefined || VersionConflict === undefined) return new NotFound();
  // A precondition that holds by now did not hold at the time of the write.
  return new VersionConflict(failedPrecondition(item, preconditions) ?? 'If-Match');
}

/** No item has version 0. */
const NO_VERSION = 0;

/**
 * The condition that the item exists, and that the preconditions hold. Where one can never hold, DynamoDB still
 * decides whether the item exists. IN takes at most 100 operands, and http/preconditions.ts no more entity tags.
 */
function toCondition({
  ifMatch = 'any',
  ifNoneMatch = [],
}: VersionPreconditions = {}): Pick<
  DeleteCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
> {
  if (ifNoneMatch === 'any' || ifMatch.length === 0) return toCondition({ ifMatch: [NO_VERSION] });
  const values: Record<string, number> = {};
  const isIn = (versions: readonly number[], name: string) => {
    for (const [i, version] of versions.entries()) values[`:${name}${i}`] = version;
    return `#version IN (${versions.map((_, i) => `:${name}${i}`).join(', ')})`;
  };
  const conditions = [
    ifMatch === 'any' ? `attribute_exists(${table.partitionKey})` : isIn(ifMatch, 'match'),
    ...(ifNoneMatch.length > 0 ? [`NOT ${isIn(ifNoneMatch, 'exclude')}`] : []),
  ];
  return {
    ConditionExpression: conditions.join(' AND '),
    ...(Object.keys(values).length > 0 && {
      ExpressionAttributeNames: { '#version': 'version' },
      ExpressionAttributeValues: values,
    }),
  };
}
