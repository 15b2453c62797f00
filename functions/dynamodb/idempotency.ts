import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { IdempotencyKeyReusedError } from '../errors.ts';
import type { StoreDependencies } from './client.ts';
import { putIfAbsent, unlessConditionFailed } from './conditional-writes.ts';
import { boolean, itemReader, number, optional, string } from './item.ts';
import { type ItemKey, table, userPartition } from './keys.ts';

/** A key that a client repeats with a retried request, and a digest of what the request asks for. */
export interface Idempotency {
  readonly key: string;
  readonly fingerprint: string;
}

/** What a key stands for: the id under which its request creates a resource. */
export interface Claim {
  readonly id: string;
  /** Whether the resource was created. It is then never created again, also when it was deleted since. */
  readonly isSettled: boolean;
}

export type IdempotencyRecords = ReturnType<typeof createIdempotencyRecords>;

/** The prefix of the sort keys of idempotency records. */
export const IDEMPOTENCY_RECORD = 'IDEMPOTENCY#';

/** How long a key is remembered, in seconds. */
const KEY_LIFETIME_SECONDS = 86_400;

/** Reads the record of a key. */
export const readIdempotencyRecord = itemReader('idempotency record', {
  sk: string,
  resourceId: string,
  fingerprint: string,
  [table.expiry]: number,
  settled: optional(boolean),
});

/**
 * The records of idempotency keys. A store creates a resource at most once per key in three steps: it claims an id,
 * puts the resource under that id unless it is there, and settles the key. Whoever repeats the request after a crash
 * continues with the same id. Deleting the resource settles its key too, so no retry brings it back.
 * Source: draft-ietf-httpapi-idempotency-key-header.
 * @example
 * const { id, isSettled } = await records.claim(userId, idempotency);
 * if (!isSettled) { await putIfAbsent(…); await records.settle(userId, id, idempotency.key); }
 */
export function createIdempotencyRecords({ client, tableName, now, newId }: StoreDependencies) {
  return {
    /**
     * Claims an id for the key, or finds the id that it stands for.
     * @throws {IdempotencyKeyReusedError} when the key came with another fingerprint before
     */
    async claim(userId: string, { key, fingerprint }: Idempotency): Promise<Claim> {
      const time = now();
      const seconds = Math.floor(time / 1_000);
      const claimed = {
        ...recordKey(userId, key),
        resourceId: newId(time),
        fingerprint,
        [table.expiry]: seconds + KEY_LIFETIME_SECONDS,
      };
      const item = await putIfAbsent(client, tableName, claimed, {
        ConditionExpression: '#expiry < :now',
        ExpressionAttributeNames: { '#expiry': table.expiry },
        ExpressionAttributeValues: { ':now': seconds },
      });
      const record = item && readIdempotencyRecord(item);
      if (record?.fingerprint !== fingerprint) throw new IdempotencyKeyReusedError();
      return { id: record.resourceId, isSettled: record.settled === true };
    },

    /** Marks the key as used: from now on it finds its resource, or that the resource was deleted. */
    async settle(userId: string, id: string, key: string): Promise<void> {
      const write = new UpdateCommand({
        TableName: tableName,
        Key: recordKey(userId, key),
        UpdateExpression: 'SET settled = :true',
        ConditionExpression: 'resourceId = :id',
        ExpressionAttributeValues: { ':true': true, ':id': id },
      });
      // The condition fails when the record has expired: the key is free again.
      await client.send(write).catch(unlessConditionFailed);
    },

    /** Whether a key may still be remembered that created a resource at this time (milliseconds since the epoch). */
    isRemembered(createdAt: number): boolean {
      return createdAt + KEY_LIFETIME_SECONDS * 1_000 >= now();
    },
  };
}

function recordKey(userId: string, key: string): ItemKey {
  return { pk: userPartition(userId), sk: IDEMPOTENCY_RECORD + key };
}
