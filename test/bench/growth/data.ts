import { marshall } from '@aws-sdk/util-dynamodb';
import { ulid } from '../../../functions/dynamodb/ulid.ts';
import { toItem } from '../../../functions/todos/item.ts';
import { localCredentials } from '../../../infra/local/dynamodb/engine.ts';

/** The user whose requests are measured. */
export const USER_ID = 'measured';

/** This many todos of the measured user are completed and in this date range. They fit on one page. */
export const FEW = 5;
export const RANGE = { dateFrom: '2026-06-01', dateTo: '2026-06-30' } as const;

/** DynamoDB's limit for one BatchWriteItem. */
const BATCH_SIZE = 25;
const BATCHES_AT_ONCE = 8;
const FIRST_CREATED = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;

/** The sizes of a table. They should not change the results. */
export interface Population {
  /** The number of todos of the measured user. */
  readonly todos: number;
  /** The number of users. Each of the other users has one todo. */
  readonly users: number;
}

/**
 * Writes a population into a local engine. It sends bare HTTP requests, because the SDK takes twice the time of the
 * engine to prepare them. Only measured calls go through the store.
 */
export async function load(endpoint: string, tableName: string, { todos, users }: Population): Promise<void> {
  const items = function* () {
    for (let i = 0; i < todos; i++) yield todoItem(USER_ID, i, spreadOut(i, todos));
    for (let i = 1; i < users; i++) yield todoItem(`user-${i}`, i, false);
  };
  const batches = inBatches(items());
  const write = async () => {
    for (const batch of batches) {
      const requests = batch.map((item) => ({ PutRequest: { Item: marshall(item) } }));
      await batchWrite(endpoint, { RequestItems: { [tableName]: requests } });
    }
  };
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, write));
}

async function batchWrite(endpoint: string, input: object): Promise<void> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-amz-json-1.0',
      'X-Amz-Target': 'DynamoDB_20120810.BatchWriteItem',
      // The engines check that there is a signature, not what it is.
      'X-Amz-Date': '20260101T000000Z',
      Authorization: `AWS4-HMAC-SHA256 Credential=${localCredentials.accessKeyId}/20260101/any/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=any`,
    },
    body: JSON.stringify(input),
  });
  const { UnprocessedItems, ...failure } = (await response.json()) as { UnprocessedItems?: object };
  if (!response.ok || Object.keys(UnprocessedItems ?? {}).length > 0) {
    throw new Error(`the engine left items out: ${response.status} ${JSON.stringify(failure)}`);
  }
}

/** Selects FEW of the todos, with equal distances between them. */
function spreadOut(i: number, count: number): boolean {
  return Math.floor((i * FEW) / count) !== Math.floor(((i + 1) * FEW) / count);
}

function todoItem(userId: string, i: number, isOneOfFew: boolean) {
  const createdAt = FIRST_CREATED + i;
  const otherDay = new Date(Date.UTC(2020, 0, 1) + (i % 2_000) * DAY_MS).toISOString().slice(0, 10);
  return toItem({
    id: ulid(createdAt),
    userId,
    title: `Todo ${i} of somebody’s long list`,
    date: isOneOfFew ? '2026-06-15' : otherDay,
    completed: isOneOfFew,
    order: null,
    version: 1,
    createdAt,
    updatedAt: createdAt,
  });
}

function* inBatches<Item>(items: Iterable<Item>): Generator<Item[]> {
  let batch: Item[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < BATCH_SIZE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
