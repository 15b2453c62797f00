import { isDeepStrictEqual } from 'node:util';
import {
  type DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  type ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { UserError } from '../local/user-error.ts';
import type { CheckpointFile } from './checkpoint.ts';
import { createFingerprint, type Fingerprint, type StoredItem } from './checksum.ts';

/** Gives the item for the target. Undefined leaves the item out. */
export type Transform = (item: Record<string, unknown>) => Record<string, unknown> | undefined;

export interface Migration {
  readonly client: DynamoDBClient;
  readonly source: string;
  readonly target: string;
  /** Without it, items are copied as they are. */
  readonly transform?: Transform | undefined;
  /** Tells one transformation from another, such as a digest of its code. */
  readonly transformation: string;
  readonly checkpoint: CheckpointFile;
  readonly print: (line: string) => void;
  /** The number of items that one page of a scan reads. By default, a page has 1 MB. */
  readonly pageSize?: number;
}

/** The items that are written at the same time. */
const PARALLEL_WRITES = 16;

/**
 * Copies the items of a table to an empty one. After a crash, the same call goes on where the last one stopped: items of
 * an unfinished page are written again, with the same content. No other program may write to the two tables meanwhile.
 * @returns the fingerprint of the target
 * @throws {UserError} when the target has items of something else, or differs from the transformed source in the end
 */
export async function migrate(migration: Migration): Promise<Fingerprint> {
  const { source, target, transformation, checkpoint, print } = migration;
  if (source === target) throw new UserError('The source and the target are the same table.');
  const saved = checkpoint.read();
  if (saved === undefined) {
    await assertEmpty(migration);
  } else if (!isDeepStrictEqual(identity(saved), { source, target, transformation })) {
    throw new UserError(
      'The checkpoint is of another copy: other tables, or another transformation. Empty the target, and delete the checkpoint.',
    );
  }

  let read = saved?.read ?? 0;
  const copy = { source, target, transformation };
  if (saved === undefined) checkpoint.write({ ...copy, read, isComplete: false });
  else print(`Going on after ${read} items.`);
  if (!saved?.isComplete) {
    for await (const { Items = [], LastEvaluatedKey: lastKey } of scan(migration, source, saved?.lastKey)) {
      await putAll(
        migration,
        Items.flatMap((item) => transformed(migration, item)),
      );
      read += Items.length;
      checkpoint.write({ ...copy, read, lastKey, isComplete: lastKey === undefined });
      print(`${read} items are copied.`);
    }
  }
  return verify(migration);
}

const identity = ({
  source,
  target,
  transformation,
}: {
  source: string;
  target: string;
  transformation: string;
}) => ({
  source,
  target,
  transformation,
});

async function* scan(
  { client, pageSize }: Migration,
  TableName: string,
  from?: StoredItem,
): AsyncGenerator<ScanCommandOutput> {
  let ExclusiveStartKey = from;
  do {
    const page = await client.send(
      new ScanCommand({ TableName, ConsistentRead: true, ExclusiveStartKey, Limit: pageSize }),
    );
    yield page;
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
}

function transformed({ transform }: Migration, item: StoredItem): StoredItem[] {
  if (transform === undefined) return [item];
  const result = transform(unmarshall(item));
  return result === undefined ? [] : [marshall(result, { removeUndefinedValues: true })];
}

async function putAll({ client, target }: Migration, items: readonly StoredItem[]): Promise<void> {
  for (let i = 0; i < items.length; i += PARALLEL_WRITES) {
    const batch = items.slice(i, i + PARALLEL_WRITES);
    await Promise.all(batch.map((Item) => client.send(new PutItemCommand({ TableName: target, Item }))));
  }
}

async function assertEmpty({ client, target }: Migration): Promise<void> {
  const { Count } = await client.send(new ScanCommand({ TableName: target, ConsistentRead: true, Limit: 1 }));
  if (Count !== 0)
    throw new UserError(`The table ${target} has items. Copy to an empty table, or bring the checkpoint.`);
}

/** Reads both tables again, and compares what the target must have with what it has. */
async function verify(migration: Migration): Promise<Fingerprint> {
  const { source, target, print } = migration;
  const [expected, actual] = [createFingerprint(), createFingerprint()];
  for await (const { Items = [] } of scan(migration, source))
    for (const item of Items.flatMap((each) => transformed(migration, each))) expected.add(item);
  for await (const { Items = [] } of scan(migration, target)) for (const item of Items) actual.add(item);

  const [wanted, found] = [expected.get(), actual.get()];
  if (!isDeepStrictEqual(wanted, found))
    throw new UserError(
      `The tables differ: ${target} must have ${wanted.count} items with the checksum ${wanted.checksum}, and has ${found.count} with ${found.checksum}. Somebody wrote to one of them during the copy, or two items got the same key. Empty the target, delete the checkpoint, and start again.`,
    );
  print(`Verified: ${found.count} items with the checksum ${found.checksum} in both tables.`);
  return found;
}
