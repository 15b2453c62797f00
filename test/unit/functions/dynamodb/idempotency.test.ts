import { describe, expect, it } from 'vitest';
import { createIdempotencyRecords } from '../../../../functions/dynamodb/idempotency.ts';
import { IdempotencyKeyReusedError } from '../../../../functions/errors.ts';
import { conditionFailed, createStubClient } from '../../../support/stub-client.ts';

const NOW = Date.parse('2026-06-15T12:00:00.999Z');
const NOW_SECONDS = Date.parse('2026-06-15T12:00:00Z') / 1_000;
const A_DAY_SECONDS = 86_400;
const key = { pk: 'USER#ann', sk: 'IDEMPOTENCY#a key' };
const idempotency = { key: 'a key', fingerprint: 'f' };
const record = { ...key, resourceId: 'first', fingerprint: 'f', expiresAt: NOW_SECONDS + 1 };

function records(...responses: readonly object[]) {
  const { client, commands } = createStubClient(...responses);
  const dependencies = { client, tableName: 'table', now: () => NOW, newId: (time: number) => `id ${time}` };
  return { ...createIdempotencyRecords(dependencies), commands };
}

describe('claiming an idempotency key', () => {
  it('writes a record for one day, unless an unexpired record exists', async () => {
    const { claim, commands } = records({});
    expect(await claim('ann', idempotency)).toEqual({ id: `id ${NOW}`, isSettled: false });
    expect(commands).toEqual([
      {
        name: 'Put',
        input: {
          TableName: 'table',
          Item: {
            ...key,
            resourceId: `id ${NOW}`,
            fingerprint: 'f',
            expiresAt: NOW_SECONDS + A_DAY_SECONDS,
          },
          ConditionExpression: 'attribute_not_exists(pk) OR #expiry < :now',
          ExpressionAttributeNames: { '#expiry': 'expiresAt' },
          ExpressionAttributeValues: { ':now': NOW_SECONDS },
        },
      },
    ]);
  });

  it.each([
    ['not settled', {}, false],
    ['settled', { settled: true }, true],
    ['marked as not settled', { settled: false }, false],
  ])('returns the id of the first request: %s', async (_case, attributes, isSettled) => {
    const { claim } = records(conditionFailed(), { Item: { ...record, ...attributes } });
    expect(await claim('ann', idempotency)).toEqual({ id: 'first', isSettled });
  });

  it('is refused if the request differs from the first one', async () => {
    const { claim } = records(conditionFailed(), { Item: { ...record, fingerprint: 'g' } });
    await expect(claim('ann', idempotency)).rejects.toBeInstanceOf(IdempotencyKeyReusedError);
  });

  it('is refused when the record was deleted before it could be read', async () => {
    const { claim } = records(conditionFailed(), {});
    await expect(claim('ann', idempotency)).rejects.toBeInstanceOf(IdempotencyKeyReusedError);
  });
});

describe('a malformed record', () => {
  it('is named, and never taken for another request', async () => {
    const { claim } = records(conditionFailed(), { Item: { ...record, resourceId: 1 } });
    await expect(claim('ann', idempotency)).rejects.toThrow(
      'Malformed idempotency record: attribute resourceId',
    );
  });
});

describe('settling an idempotency key', () => {
  it('marks the record, if it still has the same resource', async () => {
    const { settle, commands } = records({});
    await settle('ann', 'first', 'a key');
    expect(commands).toEqual([
      {
        name: 'Update',
        input: {
          TableName: 'table',
          Key: key,
          UpdateExpression: 'SET settled = :true',
          ConditionExpression: 'resourceId = :id',
          ExpressionAttributeValues: { ':true': true, ':id': 'first' },
        },
      },
    ]);
  });

  it('does nothing when the record has expired, and throws every other error', async () => {
    const error = new Error('no connection');
    await expect(records(conditionFailed()).settle('ann', 'first', 'a key')).resolves.toBeUndefined();
    await expect(records(error).settle('ann', 'first', 'a key')).rejects.toBe(error);
  });
});

describe('an idempotency key', () => {
  it.each([
    [0, true],
    [86_400_000, true],
    [86_400_001, false],
  ])('may still have a record after %d ms: %s', (age, isRemembered) => {
    expect(records().isRemembered(NOW - age)).toBe(isRemembered);
  });
});
