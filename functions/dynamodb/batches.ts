import { BatchGetCommand, BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { InvalidResponseError, UnfinishedBatchError } from '../errors.ts';
import type { Item } from './item.ts';
import type { ItemKey } from './keys.ts';

/** How many items one BatchWriteItem deletes, and one BatchGetItem reads, at most. These are limits of DynamoDB. */
export const MAX_DELETES = 25;
const MAX_READS = 100;

/** How often a batch is sent at most, each time with the keys that DynamoDB left out. */
const MAX_ATTEMPTS = 3;

/**
 * The shortest pause after the first attempt. The pause after the second is twice as long. A random part makes each at
 * most twice as long again. Both together take 600 ms at least. A partition takes 600 write units in this time, and 25
 * todos of the largest size need 500.
 */
const PAUSE_MS = 200;

/** How a batch waits between two attempts. A test passes its own. */
interface Waiting {
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** Without `node:timers/promises`, which would be loaded at every cold start. */
const realWaiting: Waiting = {
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: Math.random,
};

/**
 * Splits a list into chunks.
 * @example for (const keys of inChunks(allKeys, MAX_DELETES)) await deleteBatch(client, tableName, keys);
 */
export function* inChunks<Member>(members: readonly Member[], size: number): Generator<readonly Member[]> {
  for (let i = 0; i < members.length; i += size) yield members.slice(i, i + size);
}

/** Each call has a connection of its own. More are no faster at 512 MB: the share of the processor is the limit. */
const CONCURRENT_CALLS = 4;

/**
 * Does something for each member of a list, for four of them at the same time. It is for calls that no batch can make,
 * such as a write with a condition.
 * @example await forEachConcurrently(keys, (Key) => client.send(new DeleteCommand({ TableName, Key, …condition })));
 */
export async function forEachConcurrently<Member>(
  members: readonly Member[],
  act: (member: Member) => Promise<unknown>,
): Promise<void> {
  for (const chunk of inChunks(members, CONCURRENT_CALLS)) await Promise.all(chunk.map(act));
}

/**
 * Deletes items in one call, whether they exist or not. It may be repeated.
 * Source: "BatchWriteItem" in the DynamoDB API reference.
 * @param keys all different, and `MAX_DELETES` at most
 * @throws {UnfinishedBatchError} when DynamoDB left some keys out of every attempt. The others are deleted
 */
export async function deleteBatch(
  client: DynamoDBDocumentClient,
  tableName: string,
  keys: readonly ItemKey[],
  waiting = realWaiting,
): Promise<void> {
  await sendAll(keys, waiting, async (batch) => {
    const requests = batch.map((Key) => ({ DeleteRequest: { Key } }));
    const write = new BatchWriteCommand({ RequestItems: { [tableName]: requests } });
    const { UnprocessedItems } = await client.send(write);
    return unprocessedOf(UnprocessedItems, tableName, (left) =>
      left.map(({ DeleteRequest }) => DeleteRequest?.Key),
    );
  });
}

/**
 * Reads items with strong consistency, a hundred in one call.
 * Source: "BatchGetItem" in the DynamoDB API reference.
 * @param keys all different
 * @returns a function that gives the item of one of the keys; undefined when it does not exist
 * @throws {UnfinishedBatchError} when DynamoDB left some keys out of every attempt
 * @example const itemOf = await readItems(client, tableName, [linkKey(identity), emailKey(email)]);
 */
export async function readItems(
  client: DynamoDBDocumentClient,
  tableName: string,
  keys: readonly ItemKey[],
  waiting = realWaiting,
): Promise<(key: ItemKey) => Item | undefined> {
  const items = new Map<string, Item>();
  for (const chunk of inChunks(keys, MAX_READS)) {
    await sendAll(chunk, waiting, async (batch) => {
      const request = { Keys: [...batch], ConsistentRead: true };
      const read = new BatchGetCommand({ RequestItems: { [tableName]: request } });
      const { Responses, UnprocessedKeys } = await client.send(read);
      if (!Responses) throw new InvalidResponseError('it does not say which items exist');
      for (const item of Responses[tableName] ?? []) items.set(textOf(item), item);
      return unprocessedOf(UnprocessedKeys, tableName, (left) => left.Keys ?? [undefined]);
    });
  }
  return (key) => items.get(textOf(key));
}

/** Sends a batch until DynamoDB has processed all of its keys. `send` gives the keys that it did not process. */
async function sendAll(
  keys: readonly ItemKey[],
  { sleep, random }: Waiting,
  send: (batch: readonly ItemKey[]) => Promise<readonly (Item | undefined)[]>,
): Promise<void> {
  let rest = keys;
  for (let attempt = 0; rest.length > 0; attempt++) {
    if (attempt === MAX_ATTEMPTS) throw new UnfinishedBatchError();
    if (attempt > 0) await sleep(PAUSE_MS * 2 ** (attempt - 1) * (1 + random()));
    const unprocessed = new Set((await send(rest)).map((key) => key && textOf(key)));
    rest = rest.filter((key) => unprocessed.delete(textOf(key)));
    if (unprocessed.size > 0) throw new InvalidResponseError('it has unprocessed keys that were not sent');
  }
}

/** The unprocessed keys in a response; undefined in place of what is no key of this table. */
function unprocessedOf<Part>(
  byTable: Readonly<Record<string, Part>> | undefined,
  tableName: string,
  toKeys: (part: Part) => readonly (Item | undefined)[],
): readonly (Item | undefined)[] {
  // DynamoDB sends an empty map when all is processed.
  if (!byTable) throw new InvalidResponseError('it does not say what is unprocessed');
  return Object.entries(byTable).flatMap(([name, part]) => (name === tableName ? toKeys(part) : [undefined]));
}

/** A key, or the key of an item, as one string. */
function textOf({ pk, sk }: Item | ItemKey): string {
  return JSON.stringify([pk, sk]);
}
