import { describe, expect, it } from 'vitest';
import { createBlocking } from '../../../../functions/users/blocking.ts';
import { UserNotFound } from '../../../../functions/users/user.ts';
import { conditionFailed, createStubClient } from '../../../support/stub-client.ts';

function setUp(...responses: readonly object[]) {
  const { client, commands } = createStubClient(...responses);
  const blocking = createBlocking({ client, tableName: 'table', now: () => 9_000, newId: () => 'id' });
  return { blocking, commands };
}

const identities = new Set([
  'https://tenant.eu.auth0.com/ auth0|ann',
  'https://tenant.eu.auth0.com/ sms|ann',
]);
const profile = { pk: 'USER#ann', email: 'ann@example.com', createdAt: 1, identities };
const onlyAnn = 'attribute_not_exists(userId) OR userId = :id';
const profileUpdated = (UpdateExpression: string, ExpressionAttributeValues: object) => ({
  name: 'Update',
  input: {
    TableName: 'table',
    Key: { pk: 'USER#ann', sk: 'PROFILE' },
    UpdateExpression,
    ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(deletedAt)',
    ExpressionAttributeValues,
    ReturnValues: 'ALL_NEW',
  },
});
const linkUpdated = (subject: string, UpdateExpression: string) => ({
  name: 'Update',
  input: {
    TableName: 'table',
    Key: { pk: `LINK#https://tenant.eu.auth0.com/#${subject}`, sk: 'LINK' },
    UpdateExpression,
    ConditionExpression: onlyAnn,
    ExpressionAttributeValues: { ':id': 'ann' },
  },
});

describe('blocking a user', () => {
  it('marks the profile first, and then every link', async () => {
    const { blocking, commands } = setUp({ Attributes: { ...profile, blockedAt: 9_000 } }, {}, {});
    expect(await blocking.block('ann')).toMatchObject({ id: 'ann', blockedAt: 9_000 });
    expect(commands).toEqual([
      profileUpdated('SET blockedAt = if_not_exists(blockedAt, :now) ADD revision :one', {
        ':one': 1,
        ':now': 9_000,
      }),
      linkUpdated('auth0|ann', 'SET blockedUserId = :id'),
      linkUpdated('sms|ann', 'SET blockedUserId = :id'),
    ]);
  });

  it('leaves a link that leads to somebody else', async () => {
    const { blocking, commands } = setUp({ Attributes: profile }, conditionFailed(), {});
    await blocking.block('ann');
    expect(commands).toHaveLength(3);
  });
});

describe('letting a user in again', () => {
  it('removes the mark from the profile first, and then from every link', async () => {
    const { blocking, commands } = setUp({ Attributes: profile }, {}, {});
    expect(await blocking.unblock('ann')).toMatchObject({ id: 'ann', blockedAt: undefined });
    expect(commands).toEqual([
      profileUpdated('REMOVE blockedAt ADD revision :one', { ':one': 1 }),
      linkUpdated('auth0|ann', 'REMOVE blockedUserId'),
      linkUpdated('sms|ann', 'REMOVE blockedUserId'),
    ]);
  });
});

describe.each(['block', 'unblock'] as const)('%s', (action) => {
  it('changes nothing for a user who does not exist or is deleted', async () => {
    const { blocking, commands } = setUp(conditionFailed());
    await expect(blocking[action]('ann')).rejects.toBeInstanceOf(UserNotFound);
    expect(commands).toHaveLength(1);
  });

  it('fails when the engine fails', async () => {
    await expect(setUp(new Error('The engine failed')).blocking[action]('ann')).rejects.toThrow('The engine');
    const { blocking } = setUp({ Attributes: profile }, new Error('The engine failed'));
    await expect(blocking[action]('ann')).rejects.toThrow('The engine failed');
  });
});
