import { describe, expect, it } from 'vitest';
import { createUserStore } from '../../../../functions/users/store.ts';
import { type User, UserNotFound } from '../../../../functions/users/user.ts';
import { conditionFailed, createStubClient } from '../../../support/stub-client.ts';

function setUp(...responses: readonly object[]) {
  const { client, commands } = createStubClient(...responses);
  const users = createUserStore({ client, tableName: 'table', now: () => 1, newId: () => 'id' });
  return { users, commands };
}

describe('reading a user', () => {
  const Item = { pk: 'USER#ann', email: 'ann@example.com', createdAt: 1, identities: new Set<string>() };

  it('is strongly consistent', async () => {
    const { users, commands } = setUp({ Item });
    expect(await users.get('ann')).toMatchObject({ kind: 'active', id: 'ann' });
    expect(commands).toEqual([
      {
        name: 'Get',
        input: { TableName: 'table', Key: { pk: 'USER#ann', sk: 'PROFILE' }, ConsistentRead: true },
      },
    ]);
  });

  it('finds neither a deleted user nor one of whom there is no trace', async () => {
    await expect(setUp({}).users.get('ann')).rejects.toBeInstanceOf(UserNotFound);
    const deleted = { Item: { ...Item, deletedAt: 2 } };
    await expect(setUp(deleted).users.get('ann')).rejects.toBeInstanceOf(UserNotFound);
    expect(await setUp(deleted).users.findAlsoDeleted('ann')).toMatchObject({ kind: 'deleted' });
    expect(await setUp({}).users.findAlsoDeleted('ann')).toBeUndefined();
  });
});

describe('writing the identities of a user', () => {
  const address = { email: 'ann@example.com', isVerified: true, seenAt: 7 };
  const user: User = {
    ...{ kind: 'active', id: 'ann', email: 'ann@example.com', createdAt: 1 },
    identities: [{ issuer: 'https://tenant.eu.auth0.com/', subject: 'auth0|ann', address }],
    ...{ releasedAt: { 'a@example.com': 3 }, blockedAt: undefined, revision: 5 },
  };
  const text = 'https://tenant.eu.auth0.com/ auth0|ann';
  const write = {
    TableName: 'table',
    Key: { pk: 'USER#ann', sk: 'PROFILE' },
    UpdateExpression:
      'SET email = :email, createdAt = :createdAt, addresses = :addresses, releasedAt = :releasedAt, revision = :revision ADD identities :identities',
  };
  const values = {
    ':email': 'ann@example.com',
    ':createdAt': 1,
    ':addresses': { [text]: address },
    ':releasedAt': { 'a@example.com': 3 },
    ':revision': 5,
    ':identities': new Set([text]),
  };

  it.each([
    ['there is none', undefined, 'attribute_not_exists(pk)', {}],
    [
      'it is as it was read',
      { ...user, revision: 4 },
      'attribute_not_exists(deletedAt) AND revision = :before',
      { ':before': 4 },
    ],
    [
      'it is as it was read, from before there were revisions',
      { ...user, revision: 0 },
      'attribute_not_exists(deletedAt) AND attribute_not_exists(revision)',
      {},
    ],
  ])('takes place when %s', async (_case, before, ConditionExpression, more) => {
    const { users, commands } = setUp({});
    expect(await users.save(user, before)).toBe(true);
    expect(commands).toEqual([
      {
        name: 'Update',
        input: { ...write, ConditionExpression, ExpressionAttributeValues: { ...values, ...more } },
      },
    ]);
  });

  it('does not take place otherwise', async () => {
    expect(await setUp(conditionFailed()).users.save(user, user)).toBe(false);
  });
});
