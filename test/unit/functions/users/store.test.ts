import { describe, expect, it } from 'vitest';
import { createUserStore } from '../../../../functions/users/store.ts';
import { UserNotFound } from '../../../../functions/users/user.ts';
import { conditionFailed, createStubClient } from '../../../support/stub-client.ts';

const identity = { issuer: 'https://tenant.eu.auth0.com/', subject: 'auth0|ann' };
const linkKey = { pk: 'LINK#https://tenant.eu.auth0.com/#auth0|ann', sk: 'LINK' };
const emailKey = { pk: 'EMAIL#ann@example.com', sk: 'EMAIL' };
const linked = { userId: 'ann', email: 'ann@example.com' };
const lost = conditionFailed();

function setUp(...responses: readonly object[]) {
  const { client, commands } = createStubClient(...responses);
  let ids = 0;
  const users = createUserStore({ client, tableName: 'table', now: () => 1, newId: () => `id${++ids}` });
  return { users, commands };
}
const readLink = (ConsistentRead: boolean) => ({
  name: 'Get',
  input: { TableName: 'table', Key: linkKey, ConsistentRead },
});

describe('finding a link', () => {
  it('costs one read at half the price', async () => {
    const { users, commands } = setUp({ Item: linked });
    expect(await users.findLink(identity)).toEqual(linked);
    expect(commands).toEqual([readLink(false)]);
  });

  it('confirms with strong consistency that there is none', async () => {
    const { users, commands } = setUp({}, { Item: linked });
    expect(await users.findLink(identity)).toEqual(linked);
    expect(commands).toEqual([readLink(false), readLink(true)]);
  });
});

describe('linking an identity', () => {
  it('claims the address, completes the profile, and writes the link', async () => {
    const { users, commands } = setUp({}, {}, {});
    expect(await users.linkIdentity(identity, 'Ann@Example.com')).toEqual({ ...linked, userId: 'id1' });
    expect(commands).toEqual([
      {
        name: 'Put',
        input: {
          TableName: 'table',
          Item: { ...emailKey, userId: 'id1' },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
      {
        name: 'Update',
        input: {
          TableName: 'table',
          Key: { pk: 'USER#id1', sk: 'PROFILE' },
          UpdateExpression:
            'SET email = if_not_exists(email, :email), createdAt = if_not_exists(createdAt, :now) ADD identities :identity',
          ConditionExpression: 'attribute_not_exists(deletedAt)',
          ExpressionAttributeValues: {
            ':email': 'ann@example.com',
            ':now': 1,
            ':identity': new Set(['https://tenant.eu.auth0.com/ auth0|ann']),
          },
        },
      },
      {
        name: 'Update',
        input: {
          TableName: 'table',
          Key: linkKey,
          UpdateExpression: 'SET userId = :userId, email = :email',
          ConditionExpression: 'attribute_not_exists(userId) AND NOT contains(deletedUsers, :userId)',
          ExpressionAttributeValues: { ':userId': 'id1', ':email': 'ann@example.com' },
        },
      },
    ]);
  });

  it('takes the address over from a user who is deleted, and from no other', async () => {
    const { users, commands } = setUp(lost, { Item: { userId: 'gone' } }, lost, {}, {}, {});
    expect(await users.linkIdentity(identity, 'ann@example.com')).toEqual({ ...linked, userId: 'id2' });
    expect(commands[3]).toEqual({
      name: 'Put',
      input: {
        TableName: 'table',
        Item: { ...emailKey, userId: 'id2' },
        ConditionExpression: 'attribute_not_exists(pk) OR #userId = :deleted',
        ExpressionAttributeNames: { '#userId': 'userId' },
        ExpressionAttributeValues: { ':deleted': 'gone' },
      },
    });
  });

  it('begins again when the owner of the address is gone before it is read', async () => {
    const { users } = setUp(lost, {}, {}, {}, {});
    expect(await users.linkIdentity(identity, 'ann@example.com')).toEqual({ ...linked, userId: 'id2' });
  });

  it('gives the user that another request linked first, read with strong consistency', async () => {
    const { users, commands } = setUp({}, {}, lost, { Item: linked });
    expect(await users.linkIdentity(identity, 'ann@example.com')).toEqual(linked);
    expect(commands[3]).toEqual(readLink(true));
  });

  it('begins again when the link must not lead to the user', async () => {
    const { users } = setUp({}, {}, lost, { Item: { deletedUsers: new Set(['id1']) } }, {}, {}, {});
    expect(await users.linkIdentity(identity, 'ann@example.com')).toEqual({ ...linked, userId: 'id2' });
  });

  it('fails after ten attempts', async () => {
    const { users, commands } = setUp(...Array.from({ length: 30 }, (_, i) => (i % 2 === 0 ? {} : lost)));
    await expect(users.linkIdentity(identity, 'ann@example.com')).rejects.toThrow(
      'The user was deleted at every attempt of the sign-in',
    );
    expect(commands).toHaveLength(20);
  });
});

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
