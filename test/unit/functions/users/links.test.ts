import { describe, expect, it } from 'vitest';
import type { AccountLinking } from '../../../../functions/users/linking.ts';
import { createLinkStore, isIssuedBeforeDeletion } from '../../../../functions/users/links.ts';
import type { Link } from '../../../../functions/users/user.ts';
import { conditionFailed, createStubClient } from '../../../support/stub-client.ts';

/** 15 January 2026, 08:00:00 UTC. */
const NOW = 1_768_464_000_000;
const NEW_ID = '01KF0AP900AAAAAAAAAAAAAAAA';

function setUp(responses: readonly object[], linking: AccountLinking = 'verified-email') {
  const { client, commands } = createStubClient(...responses);
  const dependencies = { client, tableName: 'table', now: () => NOW, newId: () => NEW_ID };
  return { links: createLinkStore(dependencies, linking), commands };
}

const identity = { issuer: 'https://tenant.eu.auth0.com/', subject: 'auth0|ann' };
const text = 'https://tenant.eu.auth0.com/ auth0|ann';
const address = { email: 'ann@example.com', isVerified: true, seenAt: 7_000 };

const Key = { pk: 'LINK#https://tenant.eu.auth0.com/#auth0|ann', sk: 'LINK' };
const linkItem = { ...Key, userId: 'ann', email: 'ann@example.com', isVerified: true, checkedAt: 7_000 };
const profileItem = (changes: object = {}) => ({
  ...{ pk: 'USER#ann', sk: 'PROFILE', email: 'ann@example.com', createdAt: 1, revision: 5 },
  ...{ identities: new Set([text]), addresses: { [text]: address }, releasedAt: {} },
  ...changes,
});
const linkedUser = {
  ...{ userId: 'ann', email: 'ann@example.com', isVerified: true, checkedAt: 7_000 },
  ...{ askedAt: undefined, isBlocked: false },
};

const read = (key: object) => ({
  name: 'Get',
  input: { TableName: 'table', Key: key, ConsistentRead: true },
});
const update = (input: object) => ({ name: 'Update', input: { TableName: 'table', ...input } });
const linkRead = read(Key);
const profileRead = (userId: string) => read({ pk: `USER#${userId}`, sk: 'PROFILE' });
const ownerWritten = (userId: string) => ({
  name: 'Put',
  input: {
    TableName: 'table',
    Item: { pk: 'EMAIL#ann@example.com', sk: 'EMAIL', userId },
    ConditionExpression: 'attribute_not_exists(pk)',
  },
});
const linkWritten = (userId: string, issuedAt: number) =>
  update({
    Key,
    UpdateExpression:
      'SET userId = :id, email = :email, isVerified = :isVerified, checkedAt = :seenAt REMOVE reservedUserId, #expiry',
    ConditionExpression:
      'attribute_not_exists(userId) AND NOT contains(deletedUsers, :id) AND (attribute_not_exists(deletedAt) OR deletedAt < :issuedAt)',
    ExpressionAttributeNames: { '#expiry': 'expiresAt' },
    ExpressionAttributeValues: {
      ...{ ':id': userId, ':email': 'ann@example.com', ':isVerified': true },
      ...{ ':seenAt': 7_000, ':issuedAt': issuedAt },
    },
    ReturnValues: 'ALL_NEW',
  });

describe('a token', () => {
  it.each<[string, number | undefined, number | undefined, boolean]>([
    ['acts for its user when no user was deleted', undefined, undefined, false],
    ['acts for its user when it was issued after the deletion', 5_000, 5_001, false],
    ['acts for nobody when it was issued in the moment of the deletion', 5_000, 5_000, true],
    ['acts for nobody when it was issued before the deletion', 5_000, 4_999, true],
    ['acts for nobody after a deletion when it does not say its time', 5_000, undefined, true],
  ])('%s', (_what, deletedAt, issuedAt, isOld) => {
    expect(isIssuedBeforeDeletion({ deletedAt }, issuedAt)).toBe(isOld);
  });
});

describe('finding the user of an identity', () => {
  it('is one read with strong consistency', async () => {
    const { links, commands } = setUp([{ Item: linkItem }]);
    expect(await links.find(identity)).toMatchObject({ user: linkedUser, deletedAt: undefined });
    expect(commands).toEqual([linkRead]);
  });

  it('finds nobody without a link', async () => {
    expect((await setUp([{}]).links.find(identity)).user).toBeUndefined();
  });

  it('reads the profile when a deletion of the user began, and finds the user if it did not take place', async () => {
    for (const profile of [{ Item: profileItem() }, {}]) {
      const { links, commands } = setUp([{ Item: { ...linkItem, deletingUserId: 'ann' } }, profile]);
      expect((await links.find(identity)).user).toEqual(linkedUser);
      expect(commands).toEqual([linkRead, profileRead('ann')]);
    }
  });

  it('does not read the profile for the deletion of another user', async () => {
    const { links, commands } = setUp([{ Item: { ...linkItem, deletingUserId: 'bob' } }]);
    expect((await links.find(identity)).user).toEqual(linkedUser);
    expect(commands).toHaveLength(1);
  });

  it('finishes the link of a deleted user first', async () => {
    const { links, commands } = setUp([
      { Item: { ...linkItem, deletingUserId: 'ann' } },
      { Item: profileItem({ deletedAt: 9_000 }) },
      ...[{}, {}, {}],
      { Item: { ...Key, deletedAt: 9_000 } },
    ]);
    expect(await links.find(identity)).toMatchObject({ user: undefined, deletedAt: 9_000 });
    expect(commands.map(({ name }) => name)).toEqual(['Get', 'Get', 'Update', 'Update', 'Update', 'Get']);
    expect(commands[3]?.input).toMatchObject({ ExpressionAttributeValues: { ':deletedAt': 9_000 } });
  });
});

describe('a sign-in', () => {
  const Attributes = { ...linkItem, userId: NEW_ID };

  it('reserves the address, writes the profile, and writes the link last', async () => {
    const { links, commands } = setUp([{}, {}, {}, { Attributes }]);
    expect(await links.signIn(identity, address, 8_000)).toEqual({ ...linkedUser, userId: NEW_ID });
    expect(commands).toEqual([
      ownerWritten(NEW_ID),
      profileRead(NEW_ID),
      update({
        Key: { pk: `USER#${NEW_ID}`, sk: 'PROFILE' },
        UpdateExpression:
          'SET email = :email, createdAt = :createdAt, addresses = :addresses, releasedAt = :releasedAt, revision = :revision ADD identities :identities',
        ConditionExpression: 'attribute_not_exists(pk)',
        ExpressionAttributeValues: {
          ...{ ':email': 'ann@example.com', ':createdAt': NOW, ':releasedAt': {}, ':revision': 1 },
          ...{ ':addresses': { [text]: address }, ':identities': new Set([text]) },
        },
      }),
      linkWritten(NEW_ID, 8_000),
    ]);
  });

  it('without a time of the token is refused at a link that remembers a deletion', async () => {
    const { links, commands } = setUp([
      ...[{}, {}, {}, conditionFailed(), { Item: { ...Key, deletedAt: 5_000 } }],
      ...Array(10).fill({}),
    ]);
    expect(await links.signIn(identity, address, undefined)).toBeUndefined();
    expect(commands[3]).toEqual(linkWritten(NEW_ID, 0));
    // The user that was made for nothing is deleted, at the time of the deletion that the link remembers.
    expect(commands.slice(5).map(({ name }) => name)).toEqual([
      ...['Put', 'Update', 'Update'],
      ...['Update', 'Update', 'Update', 'Delete', 'Update'],
    ]);
    expect(commands[7]?.input).toMatchObject({
      Key: { pk: `USER#${NEW_ID}`, sk: 'PROFILE' },
      UpdateExpression: 'SET deletedAt = :deletedAt',
      ExpressionAttributeValues: { ':deletedAt': 5_000 },
    });
  });

  it('leads to the owner of the address, and changes nothing in a profile that has the identity', async () => {
    const { links, commands } = setUp([
      ...[conditionFailed(), { Item: { userId: 'ann' } }, { Item: profileItem() }],
      { Attributes: linkItem },
    ]);
    expect(await links.signIn(identity, address, 8_000)).toEqual(linkedUser);
    expect(commands.slice(2)).toEqual([profileRead('ann'), linkWritten('ann', 8_000)]);
  });

  it('leads to a blocked owner without a link, and says that the user is blocked', async () => {
    const { links, commands } = setUp([
      ...[conditionFailed(), { Item: { userId: 'ann' } }, { Item: profileItem({ blockedAt: 1 }) }],
    ]);
    const second = { ...identity, subject: 'google-oauth2|ann' };
    expect(await links.signIn(second, address, 8_000)).toEqual({ ...linkedUser, isBlocked: true });
    expect(commands).toHaveLength(3);
  });

  it.each([
    ['was deleted', profileItem({ deletedAt: 9_000 })],
    [
      'no longer has the address',
      profileItem({ addresses: { [text]: { ...address, email: 'b@example.com' } } }),
    ],
    ['has the address unverified', profileItem({ addresses: { [text]: { ...address, isVerified: false } } })],
  ])('takes the address from an owner who %s', async (_what, Item) => {
    const { links, commands } = setUp([
      ...[conditionFailed(), { Item: { userId: 'ann' } }, { Item }],
      ...[{}, {}, {}, { Attributes }],
    ]);
    expect(await links.signIn(identity, address, 8_000)).toMatchObject({ userId: NEW_ID });
    expect(commands[3]).toEqual({
      name: 'Put',
      input: {
        ...ownerWritten(NEW_ID).input,
        ConditionExpression: 'attribute_not_exists(pk) OR #userId = :former',
        ExpressionAttributeNames: { '#userId': 'userId' },
        ExpressionAttributeValues: { ':former': 'ann' },
      },
    });
  });

  it('leaves the time at which the profile has the address, so the link is all that it writes', async () => {
    const later = { ...address, seenAt: 8_000 };
    const { links, commands } = setUp([
      ...[conditionFailed(), { Item: { userId: 'ann' } }, { Item: profileItem() }],
      { Attributes: linkItem },
    ]);
    await links.signIn(identity, later, 8_000);
    expect(commands.map(({ name }) => name)).toEqual(['Put', 'Get', 'Get', 'Update']);
  });

  it('fails when the engine fails to write the link', async () => {
    const { links } = setUp([{}, {}, {}, new Error('The engine failed')]);
    await expect(links.signIn(identity, address, 8_000)).rejects.toThrow('The engine failed');
  });

  it('keeps a user with other identities when its own link is refused', async () => {
    const google = 'https://tenant.eu.auth0.com/ google-oauth2|ann';
    const Item = profileItem({
      identities: new Set([text, google]),
      addresses: { [text]: address, [google]: address },
    });
    const { links, commands } = setUp([
      ...[conditionFailed(), { Item: { userId: 'ann' } }, { Item }],
      ...[conditionFailed(), { Item: { ...Key, deletedAt: 9_000 } }],
    ]);
    expect(await links.signIn(identity, address, 8_000)).toBeUndefined();
    expect(commands).toHaveLength(5);
  });

  it('gives the user whom another sign-in linked meanwhile, and deletes the user that it made', async () => {
    const { links, commands } = setUp([
      ...[{}, {}, {}, conditionFailed(), { Item: linkItem }],
      ...Array(8).fill({}),
    ]);
    expect(await links.signIn(identity, address, 8_000)).toEqual(linkedUser);
    expect(commands[7]?.input).toMatchObject({
      Key: { pk: `USER#${NEW_ID}`, sk: 'PROFILE' },
      UpdateExpression: 'SET deletedAt = :deletedAt',
    });
  });

  it('touches a profile whose deletion began, so that the deletion does not take place', async () => {
    const { links, commands } = setUp([
      ...[conditionFailed(), { Item: { userId: 'ann' } }, { Item: profileItem() }],
      ...[{ Attributes: { ...linkItem, deletingUserId: 'ann' } }, {}],
    ]);
    expect(await links.signIn(identity, address, 8_000)).toEqual(linkedUser);
    expect(commands[4]).toEqual(
      update({
        Key: { pk: 'USER#ann', sk: 'PROFILE' },
        UpdateExpression: 'ADD revision :one',
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(deletedAt)',
        ExpressionAttributeValues: { ':one': 1 },
      }),
    );
  });

  it('gives up when the address is released at each of ten attempts', async () => {
    const { links, commands } = setUp(Array(10).fill([conditionFailed(), {}]).flat());
    await expect(links.signIn(identity, address, 8_000)).rejects.toThrow('deleted at every attempt');
    expect(commands).toHaveLength(20);
  });

  it('gives up when the profile changes at each of ten attempts', async () => {
    const { links, commands } = setUp([
      ...[conditionFailed(), { Item: { userId: 'ann' } }],
      // The profile, the link of its other identity, and the write.
      ...Array(10)
        .fill([{ Item: profileItem() }, {}, conditionFailed()])
        .flat(),
    ]);
    const second = { ...identity, subject: 'google-oauth2|ann' };
    await expect(links.signIn(second, address, 8_000)).rejects.toThrow('profile changed at every attempt');
    expect(commands).toHaveLength(32);
  });
});

describe('a sign-in without account linking', () => {
  const reserved = (former?: string) =>
    update({
      Key,
      UpdateExpression: 'SET reservedUserId = :new',
      ConditionExpression: `attribute_not_exists(userId) AND (attribute_not_exists(reservedUserId)${former ? ' OR reservedUserId = :former' : ''})`,
      ExpressionAttributeValues: { ':new': NEW_ID, ...(former && { ':former': former }) },
    });

  it('reserves the user at the link, and owns no address', async () => {
    const { links, commands } = setUp([{}, {}, {}, { Attributes: { ...linkItem, userId: NEW_ID } }], 'none');
    expect(await links.signIn(identity, address, 8_000)).toMatchObject({ userId: NEW_ID });
    expect(commands[0]).toEqual(reserved());
    expect(commands.map(({ name }) => name)).toEqual(['Update', 'Get', 'Update', 'Update']);
  });

  it.each([
    ['is reserved', { ...Key, reservedUserId: 'ann' }],
    ['is linked meanwhile', { ...Key, userId: 'ann', reservedUserId: 'bob' }],
  ])('takes the user that %s', async (_what, Item) => {
    const responses = [conditionFailed(), { Item }, { Item: profileItem() }, { Attributes: linkItem }];
    const { links, commands } = setUp(responses, 'none');
    expect(await links.signIn(identity, address, 8_000)).toEqual(linkedUser);
    expect(commands.slice(1, 3)).toEqual([linkRead, profileRead('ann')]);
  });

  it('replaces the reservation of a deleted user', async () => {
    const { links, commands } = setUp(
      [
        ...[conditionFailed(), { Item: { ...Key, reservedUserId: 'ann' } }],
        ...[{ Item: profileItem({ deletedAt: 1 }) }, {}, {}, {}],
        { Attributes: { ...linkItem, userId: NEW_ID } },
      ],
      'none',
    );
    expect(await links.signIn(identity, address, 8_000)).toMatchObject({ userId: NEW_ID });
    expect(commands[3]).toEqual(reserved('ann'));
  });
});

describe('following an address', () => {
  const link: Link = {
    user: linkedUser,
    ...{ deletedAt: undefined, deletingUserId: undefined, deletingSince: undefined },
  };
  const shown = { email: 'ann@new.example.com', isVerified: true, seenAt: 9_000 };
  const followed = (values: object = {}, removed = '') =>
    update({
      Key,
      UpdateExpression: `SET email = :email, isVerified = :isVerified, checkedAt = :seenAt${removed}`,
      ConditionExpression: 'userId = :id AND (attribute_not_exists(checkedAt) OR checkedAt < :seenAt)',
      ExpressionAttributeValues: {
        ...{ ':id': 'ann', ':email': 'ann@new.example.com', ':isVerified': true, ':seenAt': 9_000 },
        ...values,
      },
    });
  const released = {
    name: 'Delete',
    input: {
      TableName: 'table',
      Key: { pk: 'EMAIL#ann@example.com', sk: 'EMAIL' },
      ConditionExpression: 'userId = :id',
      ExpressionAttributeValues: { ':id': 'ann' },
    },
  };
  const claimed = {
    name: 'Put',
    input: {
      TableName: 'table',
      Item: { pk: 'EMAIL#ann@new.example.com', sk: 'EMAIL', userId: 'ann' },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
  const saved = { ...linkItem, email: 'ann@new.example.com', checkedAt: 9_000 };

  it('writes the profile, releases the old address, claims the new one, and writes the link last', async () => {
    const { links, commands } = setUp([{ Item: profileItem() }, {}, {}, {}, {}, { Item: saved }]);
    expect((await links.follow(identity, link, shown)).user).toMatchObject({ email: 'ann@new.example.com' });
    expect(commands[1]?.input).toMatchObject({
      ConditionExpression: 'attribute_not_exists(deletedAt) AND revision = :before',
      ExpressionAttributeValues: {
        ...{ ':addresses': { [text]: shown }, ':releasedAt': { 'ann@example.com': NOW } },
        ...{ ':email': 'ann@new.example.com', ':revision': 6, ':before': 5 },
      },
    });
    expect(commands.slice(2)).toEqual([released, claimed, followed(), linkRead]);
  });

  it('claims no address that is not verified', async () => {
    const { links, commands } = setUp([{ Item: profileItem() }, {}, {}, {}, { Item: saved }]);
    await links.follow(identity, link, { ...shown, isVerified: false });
    expect(commands.slice(2)).toEqual([released, followed({ ':isVerified': false }), linkRead]);
  });

  it('claims no address without account linking', async () => {
    const { links, commands } = setUp([{ Item: profileItem() }, {}, {}, {}, { Item: saved }], 'none');
    await links.follow(identity, link, shown);
    expect(commands.slice(2)).toEqual([released, followed(), linkRead]);
  });

  const other = (changes: object = {}) =>
    profileItem({
      pk: 'USER#bob',
      addresses: { [text]: { ...address, email: 'ann@new.example.com' } },
      ...changes,
    });
  /** User ids of ten minutes before NOW, and of a millisecond before that. */
  const recent = '01KF0A3Z20BBBBBBBBBBBBBBBB';
  const tooOld = '01KF0A3Z1ZBBBBBBBBBBBBBBBB';

  it.each<[string, string, object, boolean]>([
    ['stays with an owner who has it', 'bob', { Item: other() }, false],
    ['is taken from an owner who was deleted', 'bob', { Item: other({ deletedAt: 1 }) }, true],
    ['is taken from an owner who no longer has it', 'bob', { Item: profileItem({ pk: 'USER#bob' }) }, true],
    ['stays with an owner who is signing in for the first time', recent, {}, false],
    ['is taken from an owner whose first sign-in was interrupted long ago', tooOld, {}, true],
  ])('%s', async (_what, owner, profile, isTaken) => {
    const { links, commands } = setUp([
      ...[{ Item: profileItem() }, {}, {}, conditionFailed(), { Item: { userId: owner } }, profile],
      ...(isTaken ? [{}] : []),
      ...[{}, { Item: saved }],
    ]);
    await links.follow(identity, link, shown);
    expect(commands[5]).toEqual(profileRead(owner));
    const taken = {
      name: 'Put',
      input: {
        ...claimed.input,
        ConditionExpression: 'attribute_not_exists(pk) OR #userId = :former',
        ExpressionAttributeNames: { '#userId': 'userId' },
        ExpressionAttributeValues: { ':former': owner },
      },
    };
    expect(commands.slice(6)).toEqual([...(isTaken ? [taken] : []), followed(), linkRead]);
  });

  it('forgets the time of a deletion that every token has outlived', async () => {
    for (const [deletedAt, removed] of [
      [NOW - 2_592_000_000, ''],
      [NOW - 2_592_000_001, ' REMOVE deletedAt'],
    ] as const) {
      const { links, commands } = setUp([{ Item: profileItem() }, {}, {}, {}, {}, { Item: saved }]);
      await links.follow(identity, { ...link, deletedAt }, shown);
      expect(commands[4]).toEqual(followed({}, removed));
    }
  });

  it('releases once more the addresses that were given up an hour ago', async () => {
    const releasedAt = { 'old@example.com': NOW - 3_600_001, 'recent@example.com': NOW - 3_600_000 };
    const { links, commands } = setUp([
      { Item: profileItem({ releasedAt }) },
      ...[{}, {}, {}, {}, {}, {}, { Item: saved }],
    ]);
    await links.follow(identity, link, shown);
    expect(commands.flatMap(({ name, input }) => (name === 'Delete' ? [input] : []))).toMatchObject([
      { Key: { pk: 'EMAIL#old@example.com' } },
      { Key: { pk: 'EMAIL#recent@example.com' } },
      { Key: { pk: 'EMAIL#ann@example.com' } },
    ]);
  });

  it('only reads the link of a user who is deleted, or of nobody', async () => {
    const gone = setUp([{ Item: profileItem({ deletedAt: 1 }) }, {}]);
    expect((await gone.links.follow(identity, link, shown)).user).toBeUndefined();
    expect(gone.commands).toEqual([profileRead('ann'), linkRead]);
    const nobody = setUp([{}]);
    expect((await nobody.links.follow(identity, { ...link, user: undefined }, shown)).user).toBeUndefined();
    expect(nobody.commands).toEqual([linkRead]);
  });

  it('gives up when the profile changes at each of ten attempts', async () => {
    const { links, commands } = setUp(
      Array(10)
        .fill([{ Item: profileItem() }, conditionFailed()])
        .flat(),
    );
    await expect(links.follow(identity, link, shown)).rejects.toThrow('changed at every attempt to write');
    expect(commands).toHaveLength(20);
  });
});

describe('the check of an address', () => {
  const begun = update({
    Key,
    UpdateExpression: 'SET askedAt = :now',
    ConditionExpression: 'userId = :id AND (attribute_not_exists(askedAt) OR askedAt <= :before)',
    // Five minutes earlier.
    ExpressionAttributeValues: { ':id': 'ann', ':now': NOW, ':before': NOW - 300_000 },
  });

  it.each([
    ['begins when no other function began one in five minutes', {}, true],
    ['does not begin otherwise', conditionFailed(), false],
  ])('%s', async (_what, response, mayAsk) => {
    const { links, commands } = setUp([response]);
    expect(await links.beginCheck(identity, linkedUser)).toBe(mayAsk);
    expect(commands).toEqual([begun]);
  });
});
