import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDeletionSteps } from '../../../../functions/users/deletion-steps.ts';
import type { DeletedUser, User } from '../../../../functions/users/user.ts';
import { conditionFailed, createStubClient } from '../../../support/stub-client.ts';

/** 15 January 2026, 08:00:00.400 UTC. */
const NOW = 1_768_464_000_400;

function setUp(...responses: readonly object[]) {
  const { client, commands } = createStubClient(...responses);
  // The paginators of the SDK accept only a client of this class.
  Object.setPrototypeOf(client, DynamoDBDocumentClient.prototype);
  const dependencies = { client, tableName: 'table', now: () => NOW, newId: (time: number) => `at ${time}` };
  return { steps: createDeletionSteps(dependencies), commands };
}

const address = { email: 'ann@example.com', isVerified: true, seenAt: 7 };
const identity = { issuer: 'https://tenant.eu.auth0.com/', subject: 'auth0|ann' };
const user: User = {
  ...{ kind: 'active', id: 'ann', email: 'ann@example.com', createdAt: 1 },
  identities: [{ ...identity, address }],
  ...{ releasedAt: { 'a@example.com': 3 }, blockedAt: undefined, revision: 5 },
};
const deleted: DeletedUser = { ...user, kind: 'deleted', deletedAt: 2_000 };

const link = { pk: 'LINK#https://tenant.eu.auth0.com/#auth0|ann', sk: 'LINK' };
const profile = { pk: 'USER#ann', sk: 'PROFILE' };
const record = { pk: 'DELETIONS', sk: 'ann' };
const update = (input: object) => ({ name: 'Update', input: { TableName: 'table', ...input } });
const remove = (input: object) => ({ name: 'Delete', input: { TableName: 'table', ...input } });
const release = (email: string) =>
  remove({
    Key: { pk: `EMAIL#${email}`, sk: 'EMAIL' },
    ConditionExpression: 'userId = :id',
    ExpressionAttributeValues: { ':id': 'ann' },
  });
const isOurs = '(attribute_not_exists(userId) OR userId = :id)';

const recordWritten = {
  name: 'Put',
  input: { TableName: 'table', Item: { ...record, requestedAt: NOW, attempt: `at ${NOW}` } },
};
const linkMarked = update({
  Key: link,
  UpdateExpression: 'SET deletingUserId = :id, deletingSince = :now',
  ConditionExpression: isOurs,
  ExpressionAttributeValues: { ':id': 'ann', ':now': NOW },
});
const linkRemoved = [
  update({
    Key: link,
    UpdateExpression: 'ADD deletedUsers :users',
    ExpressionAttributeValues: { ':users': new Set(['ann']) },
  }),
  update({
    Key: link,
    UpdateExpression: 'SET deletedAt = :deletedAt',
    ConditionExpression: `${isOurs} AND (attribute_not_exists(deletedAt) OR deletedAt < :deletedAt)`,
    ExpressionAttributeValues: { ':id': 'ann', ':deletedAt': 2_000 },
  }),
  update({
    Key: link,
    UpdateExpression:
      'SET #expiry = :expiry REMOVE userId, email, isVerified, checkedAt, askedAt, reservedUserId, deletingUserId, deletingSince, blockedUserId',
    ConditionExpression: isOurs,
    ExpressionAttributeNames: { '#expiry': 'expiresAt' },
    // 30 days later, in seconds: as long as an access token can live.
    ExpressionAttributeValues: { ':id': 'ann', ':expiry': 1_771_056_001 },
  }),
];
const linkUnmarked = (before: number) =>
  update({
    Key: link,
    UpdateExpression: 'REMOVE deletingUserId, deletingSince',
    ConditionExpression: 'deletingUserId = :id AND deletingSince < :before',
    ExpressionAttributeValues: { ':id': 'ann', ':before': before },
  });
const emptyLinkDeleted = remove({
  Key: link,
  ConditionExpression:
    'attribute_not_exists(userId) AND attribute_not_exists(reservedUserId) AND attribute_not_exists(deletedUsers) AND attribute_not_exists(deletedAt) AND attribute_not_exists(deletingUserId) AND attribute_not_exists(blockedUserId)',
});

describe('committing a deletion', () => {
  const committed = (values: object, revision: string) =>
    update({
      Key: profile,
      UpdateExpression: 'SET deletedAt = :deletedAt',
      ConditionExpression: `attribute_not_exists(deletedAt) AND identities = :identities AND ${revision}`,
      ExpressionAttributeValues: {
        ':identities': new Set(['https://tenant.eu.auth0.com/ auth0|ann']),
        ...values,
      },
    });

  it('writes the record, marks the links, and then deletes the user as it was read', async () => {
    const { steps, commands } = setUp({}, {}, {});
    expect(await steps.commit(user)).toEqual({ ...user, kind: 'deleted', deletedAt: NOW });
    expect(commands).toEqual([
      recordWritten,
      linkMarked,
      committed({ ':deletedAt': NOW, ':before': 5 }, 'revision = :before'),
    ]);
  });

  it('takes the time of the deletion, and a profile without a revision', async () => {
    const { steps, commands } = setUp({}, {}, {});
    const first = { ...user, revision: 0 };
    expect(await steps.commit(first, 0)).toEqual({ ...first, kind: 'deleted', deletedAt: 0 });
    expect(commands[2]).toEqual(committed({ ':deletedAt': 0 }, 'attribute_not_exists(revision)'));
  });

  it('does not delete a user who has changed, and ignores a link that leads to somebody else', async () => {
    const { steps } = setUp({}, conditionFailed(), conditionFailed());
    expect(await steps.commit(user)).toBeUndefined();
  });

  it.each([0, 1, 2])('fails when the engine fails at command %i', async (count) => {
    const { steps } = setUp(...Array(count).fill({}), new Error('The engine failed'));
    await expect(steps.commit(user)).rejects.toThrow('The engine failed');
  });
});

describe('unlinking a deleted user', () => {
  const unlinked = update({
    Key: record,
    UpdateExpression: 'SET unlinkedAt = if_not_exists(unlinkedAt, :now)',
    ConditionExpression: 'attribute_exists(attempt)',
    ExpressionAttributeValues: { ':now': NOW },
  });

  it('removes identities and addresses, and records when', async () => {
    const { steps, commands } = setUp(...Array(6).fill({}));
    await steps.unlink(deleted);
    expect(commands).toEqual([
      ...linkRemoved,
      release('ann@example.com'),
      release('a@example.com'),
      unlinked,
    ]);
  });

  it('releases each address once, also the one that the user is shown with', async () => {
    const other = {
      ...identity,
      subject: 'google-oauth2|ann',
      address: { ...address, email: 'b@example.com' },
    };
    const { steps, commands } = setUp(...Array(11).fill({}));
    await steps.unlink({ ...deleted, identities: [...deleted.identities, other], email: 'c@example.com' });
    expect(commands.slice(6, -1)).toEqual(
      ['c@example.com', 'ann@example.com', 'b@example.com', 'a@example.com'].map(release),
    );
  });

  it('goes on when a link or an address belongs to somebody else, and when the record is gone', async () => {
    const { steps, commands } = setUp({}, ...Array(5).fill(conditionFailed()));
    await steps.unlink(deleted);
    expect(commands).toHaveLength(6);
  });
});

describe('forgetting a deleted user', () => {
  const namesNoLonger = update({
    Key: link,
    UpdateExpression: 'DELETE deletedUsers :users',
    ConditionExpression: 'contains(deletedUsers, :id)',
    ExpressionAttributeValues: { ':users': new Set(['ann']), ':id': 'ann' },
  });

  it('releases the addresses again, cleans the links, and deletes the profile last', async () => {
    const { steps, commands } = setUp(...Array(6).fill({}));
    await steps.forget(deleted);
    expect(commands).toEqual([
      release('ann@example.com'),
      release('a@example.com'),
      namesNoLonger,
      linkUnmarked(NOW),
      emptyLinkDeleted,
      remove({ Key: profile }),
    ]);
  });

  it('goes on when it was interrupted before', async () => {
    const { steps, commands } = setUp(...Array(4).fill(conditionFailed()), {});
    await steps.forget(deleted);
    expect(commands.at(-1)).toEqual(remove({ Key: profile }));
  });
});

describe('an attempt that deleted nobody', () => {
  it('leaves no mark, and no link that was only marked', async () => {
    const { steps, commands } = setUp({}, {});
    await steps.forgetMarks(user, 4_000);
    expect(commands).toEqual([linkUnmarked(4_000), emptyLinkDeleted]);
  });

  it('keeps the mark of another attempt', async () => {
    const { steps, commands } = setUp(conditionFailed());
    await steps.forgetMarks(user, 4_000);
    expect(commands).toEqual([linkUnmarked(4_000)]);
  });

  it('keeps a link that has more than the mark', async () => {
    const { steps } = setUp({}, conditionFailed());
    await expect(steps.forgetMarks(user, 4_000)).resolves.toBeUndefined();
  });

  it('is forgotten, unless a later one has begun', async () => {
    const { steps, commands } = setUp({}, conditionFailed());
    await steps.forgetAttempt('ann', 'a');
    await steps.forgetAttempt('ann', 'a');
    const forgotten = remove({
      Key: record,
      ConditionExpression: 'attempt = :attempt',
      ExpressionAttributeValues: { ':attempt': 'a' },
    });
    expect(commands).toEqual([forgotten, forgotten]);
  });
});

describe('deleting the items of a user', () => {
  const items = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ pk: 'USER#ann', sk: `TODO#${index}` }));
  const query = {
    TableName: 'table',
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': 'USER#ann' },
    ProjectionExpression: 'pk, sk',
    ConsistentRead: true,
  };

  const deletion = (keys: readonly object[]) => ({
    name: 'BatchWrite',
    input: { RequestItems: { table: keys.map((Key) => ({ DeleteRequest: { Key } })) } },
  });
  const done = { UnprocessedItems: {} };

  it('deletes each item of the partition except the profile, 25 in one call', async () => {
    const { steps, commands } = setUp({ Items: [profile, ...items(27)] }, done, done);
    expect(await steps.deleteItems('ann', () => true)).toBe(true);
    expect(commands).toEqual([
      { name: 'Query', input: expect.objectContaining(query) },
      deletion(items(27).slice(0, 25)),
      deletion(items(27).slice(25)),
    ]);
  });

  it('reads every page', async () => {
    const LastEvaluatedKey = { pk: 'USER#ann', sk: 'TODO#0' };
    const { steps, commands } = setUp({ Items: items(1), LastEvaluatedKey }, done, { Items: [profile] });
    expect(await steps.deleteItems('ann', () => true)).toBe(true);
    expect(commands[2]?.input).toMatchObject({ ...query, ExclusiveStartKey: LastEvaluatedKey });
  });

  it('asks before each batch, with the number of deleted items, and stops when it may not go on', async () => {
    const counts: number[] = [];
    const { steps, commands } = setUp({ Items: items(60) }, done, done);
    const isComplete = await steps.deleteItems('ann', (count) => {
      counts.push(count);
      return count === 0;
    });
    expect(isComplete).toBe(false);
    expect(counts).toEqual([0, 25]);
    expect(commands).toHaveLength(2);
  });

  it('is complete without an item, whatever the time', async () => {
    expect(await setUp({ Items: [profile] }).steps.deleteItems('ann', () => false)).toBe(true);
  });
});

describe('the records of deletions', () => {
  it('are read with strong consistency', async () => {
    const { steps, commands } = setUp({
      Items: [{ ...record, attempt: 'a', requestedAt: 4, unlinkedAt: 5 }],
    });
    const records = [];
    for await (const each of steps.records()) records.push(each);
    expect(records).toEqual([{ userId: 'ann', attempt: 'a', requestedAt: 4, unlinkedAt: 5 }]);
    expect(commands[0]?.input).toMatchObject({
      TableName: 'table',
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': 'DELETIONS' },
      ConsistentRead: true,
    });
  });
});
