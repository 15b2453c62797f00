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

function read(...responses: readonly object[]) {
  const { client, commands } = createStubClient(...responses);
  const store = createAccountStore({ client, tableName: 'table', now: () => 0, newId: () => '' });
  return { account: store.read(user), commands };
}

it('the account has the links, the addresses and the deletion that began, read with strong consistency', async () => {
  const link = {
    ...{ userId: 'ann', email: 'ann@example.com', isVerified: true },
    checkedAt: at('2026-06-15T12:00:00Z'),
    askedAt: at('2026-06-15T11:59:59Z'),
    deletedAt: at('2026-05-01T00:00:00Z'),
  };
  const deletion = { sk: 'ann', attempt: 'a', requestedAt: at('2026-06-16T12:00:00Z') };
  const { account, commands } = read({ Item: link }, { Item: { userId: 'ann' } }, {}, { Item: deletion });
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
  for (const { input } of commands) expect(input).toMatchObject({ ConsistentRead: true });
});

it('an identity whose sign-in did not end, and an address of somebody else, are shown as such', async () => {
  const { account } = read({}, { Item: { userId: 'bob' } }, {}, {});
  expect(await account).toMatchObject({
    identities: [{ ...identity, email: null, email_verified: false, checked_at: null }],
    addresses: [{ email: 'ann@example.com', is_owned: false }, { email: 'old@example.com' }],
    deletion_requested_at: null,
  });
});
