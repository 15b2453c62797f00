import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type PutCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { Item } from './item.ts';
import { type ItemKey, table } from './keys.ts';

/**
 * Reads an item with strong consistency; undefined when it does not exist.
 * @example const item = await readItem(client, tableName, userItemKey(userId, 'todo', id));
 */
export async function readItem(
  client: DynamoDBDocumentClient,
  TableName: string,
  Key: ItemKey,
): Promise<Item | undefined> {
  const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  return Item;
}

/**
 * Writes an item unless its key is taken, and gives the item that is there afterwards: this one, or the one that was
 * first. Any number of callers may race, and each may repeat the call: all get the same item.
 * @param replaceable a further condition under which an existing item may be replaced
 * @returns undefined when the other item was deleted before it could be read
 * @example const owner = await putIfAbsent(client, tableName, { ...emailKey(email), userId });
 */
export async function putIfAbsent(
  client: DynamoDBDocumentClient,
  TableName: string,
  item: Item & ItemKey,
  replaceable?: Required<
    Pick<PutCommandInput, 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>
  >,
): Promise<Item | undefined> {
  const absent = `attribute_not_exists(${table.partitionKey})`;
  const ConditionExpression = replaceable ? `${absent} OR ${replaceable.ConditionExpression}` : absent;
  try {
    await client.send(new PutCommand({ TableName, Item: item, ...replaceable, ConditionExpression }));
    return item;
  } catch (error) {
    unlessConditionFailed(error);
    return readItem(client, TableName, { pk: item.pk, sk: item.sk });
  }
}

/** Ignores the failure of a condition, and throws every other error again. */
export function unlessConditionFailed(error: unknown): undefined {
  if (!(error instanceof ConditionalCheckFailedException)) throw error;
}

/** Awaits a conditional write: true when it took place, false when its condition did not hold. */
export async function conditionHeld(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    unlessConditionFailed(error);
    return false;
  }
}
