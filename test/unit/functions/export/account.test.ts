import { expect, it } from 'vitest';
import { createAccountStore } from '../../../../functions/export/account.ts';
import type { User } from '../../../../functions/users/user.ts';
import { createStubClient } from '../../../support/stub-client.ts';

const at = (time: string) => Date.parse(time);
const identity = { issuer: 'https://tenant.eu.auth0.com/', subject: 'auth0|ann' };
const address = { email: 'ann@example.com', isVerified: true, seenAt: at('2026-06-15T12:00:00Z') };
const user: User = {
  ...{
    kind: 'active',
    id: 'ann',
    email: 'ann@example.com',
    createdAt: 1,
    revision: 2,
    blockedAt: at('2026-06-17T12:00:00Z'),
  },
  identities: [{ ...identity, address }],
  releasedAt: { 'old@example.com': at('2026-06-15T12:00:00Z') },
};

const linkKey = { pk: 'LINK#https://tenant.eu.auth0.com/#auth0|ann', sk: 'LINK' };
const annKey = { pk: 'EMAIL#ann@example.com', sk: 'EMAIL' };
const oldKey = { pk: 'EMAIL#old@example.com', sk: 'EMAIL' };
const deletionKey = { pk: 'DELETIONS', sk: 'ann' };

/** The account in a table that has these items. */
function read(...items: readonly object[]) {
  const { client, commands } = createStubClient({ Responses: { table: items }, UnprocessedKeys: {} });
  const store = createAccountStore({ client, tableName: 'table', now: () => 0, newId: () => '' });
  return { account: store.read(user), commands };
}

it('the account has the links, the addresses and the deletion that began, in one read with strong consistency', async () => {
  const link = {
    ...linkKey,
    ...{ userId: 'ann', email: 'ann@example.com', isVerified: true },
    checkedAt: at('2026-06-15T12:00:00Z'),
    askedAt: at('2026-06-15T11:59:59Z'),
    deletedAt: at('2026-05-01T00:00:00Z'),
  };
  const deletion = { ...deletionKey, attempt: 'a', requestedAt: at('2026-06-16T12:00:00Z') };
  const { account, commands } = read(deletion, link, { ...annKey, userId: 'ann' });
  expect(await account).toEqual({
    identities: [
      {
        ...identity,
        email: 'ann@example.com',
        email_verified: true,
        checked_at: '2026-06-15T12:00:00.000Z',
        asked_at: '2026-06-15T11:59:59.000Z',
        former_user_deleted_at: '2026-05-01T00:00:00.000Z',
      },
    ],
    addresses: [
      { email: 'ann@example.com', is_owned: true, released_at: null },
      { email: 'old@example.com', is_owned: false, released_at: '2026-06-15T12:00:00.000Z' },
    ],
    blocked_at: '2026-06-17T12:00:00.000Z',
    deletion_requested_at: '2026-06-16T12:00:00.000Z',
  });
  expect(commands).toEqual([
    {
      name: 'BatchGet',
      input: {
        RequestItems: { table: { Keys: [linkKey, annKey, oldKey, deletionKey], ConsistentRead: true } },
      },
    },
  ]);
});

it('an identity whose sign-in did not end, and an address of somebody else, are shown as such', async () => {
  const { account } = read({ ...annKey, userId: 'bob' });
  expect(await account).toMatchObject({
    identities: [{ ...identity, email: null, email_verified: false, checked_at: null }],
    addresses: [{ email: 'ann@example.com', is_owned: false }, { email: 'old@example.com' }],
    deletion_requested_at: null,
  });
});
