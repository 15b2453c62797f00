import { describe, expect, it } from 'vitest';
import { MalformedItemError } from '../../../../functions/dynamodb/item.ts';
import {
  deletionKey,
  emailKey,
  isOutlived,
  linkExpiry,
  linkKey,
  profileKey,
  readEmailOwner,
  toDeletionRecord,
  toLink,
  toText,
  toUser,
} from '../../../../functions/users/item.ts';

const identity = { issuer: 'https://tenant.eu.auth0.com/', subject: 'auth0|a b' };

describe('the keys of what belongs to a user', () => {
  it('are those that existing tables have', () => {
    expect(linkKey(identity)).toEqual({ pk: 'LINK#https://tenant.eu.auth0.com/#auth0|a b', sk: 'LINK' });
    expect(emailKey('ann@example.com')).toEqual({ pk: 'EMAIL#ann@example.com', sk: 'EMAIL' });
    expect(profileKey('ann')).toEqual({ pk: 'USER#ann', sk: 'PROFILE' });
    expect(deletionKey('ann')).toEqual({ pk: 'DELETIONS', sk: 'ann' });
  });
});

describe('a profile', () => {
  const item = {
    pk: 'USER#ann',
    sk: 'PROFILE',
    email: 'ann@example.com',
    createdAt: 1,
    identities: new Set([toText(identity), toText({ ...identity, subject: 'auth0|0' })]),
    addresses: { [toText(identity)]: { email: 'anna@example.com', isVerified: true, seenAt: 7 } },
    releasedAt: { 'a@example.com': 3 },
    revision: 4,
  };
  const address = { email: 'anna@example.com', isVerified: true, seenAt: 7 };
  const profile = {
    id: 'ann',
    email: 'ann@example.com',
    createdAt: 1,
    identities: [
      { ...identity, subject: 'auth0|0', address: { email: 'ann@example.com', isVerified: true, seenAt: 0 } },
      { ...identity, address },
    ],
    releasedAt: { 'a@example.com': 3 },
    revision: 4,
  };

  it('is the user, with the identities in one order', () => {
    expect(toUser(item)).toEqual({ kind: 'active', ...profile });
  });

  it('can be that of a deleted user', () => {
    expect(toUser({ ...item, deletedAt: 2 })).toEqual({ kind: 'deleted', ...profile, deletedAt: 2 });
  });

  it('of before there were addresses has its one address for each identity', () => {
    const { addresses: _, releasedAt: __, revision: ___, ...old } = item;
    const first = { email: 'ann@example.com', isVerified: true, seenAt: 0 };
    expect(toUser(old)).toEqual({
      kind: 'active',
      ...profile,
      identities: profile.identities.map((each) => ({ ...each, address: first })),
      releasedAt: {},
      revision: 0,
    });
  });

  it.each(['pk', 'email', 'createdAt', 'identities'])('is malformed without %s', (name) => {
    expect(() => toUser({ ...item, [name]: undefined })).toThrow(
      new MalformedItemError(`Malformed profile: attribute ${name}`),
    );
  });

  it.each([7, null, { a: 7 }, { a: { email: 'a@example.com', isVerified: true } }])(
    'is malformed with the addresses %j',
    (addresses) => {
      expect(() => toUser({ ...item, addresses })).toThrow(
        new MalformedItemError('Malformed profile: attribute addresses'),
      );
    },
  );
});

describe('a link', () => {
  const none = { deletedAt: undefined, deletingUserId: undefined, deletingSince: undefined };

  it('is the user of the identity, with the address and the times of its checks', () => {
    const attributes = {
      userId: 'ann',
      email: 'ann@example.com',
      isVerified: false,
      checkedAt: 1,
      askedAt: 2,
    };
    expect(toLink({ ...linkKey(identity), ...attributes })).toEqual({
      user: { ...attributes, isBlocked: false },
      ...none,
    });
  });

  it('of before there were checks was never checked', () => {
    const user = { userId: 'ann', email: 'ann@example.com' };
    expect(toLink({ ...linkKey(identity), ...user }).user).toEqual({
      ...user,
      isVerified: true,
      checkedAt: 0,
      askedAt: undefined,
      isBlocked: false,
    });
  });

  it('of a blocked user says so, and the block of another user says nothing', () => {
    const user = { userId: 'ann', email: 'ann@example.com' };
    expect(toLink({ ...user, blockedUserId: 'ann' }).user?.isBlocked).toBe(true);
    expect(toLink({ ...user, blockedUserId: 'bob' }).user?.isBlocked).toBe(false);
    expect(toLink({ blockedUserId: 'ann' }).user).toBeUndefined();
  });

  it('says what was deleted', () => {
    const deletion = { deletedAt: 1, deletingUserId: 'ann', deletingSince: 2 };
    expect(toLink({ ...linkKey(identity), ...deletion, expiresAt: 3 })).toEqual({
      user: undefined,
      ...deletion,
    });
  });

  it.each([{}, { userId: 'ann' }, { email: 'ann@example.com' }])(
    'leads to nobody with %j alone',
    (attributes) => {
      expect(toLink({ ...linkKey(identity), ...attributes }).user).toBeUndefined();
    },
  );

  it('is malformed with another type', () => {
    expect(() => toLink({ userId: 1 })).toThrow('Malformed link: attribute userId');
  });

  it('of a deleted user expires when every token has: after thirty days', () => {
    const time = Date.parse('2026-06-15T12:00:00.001Z');
    expect(linkExpiry(time)).toEqual({ expiresAt: Date.parse('2026-07-15T12:00:01Z') / 1_000 });
    const deletedAt = Date.parse('2026-06-15T12:00:00Z');
    expect(isOutlived(deletedAt, Date.parse('2026-07-15T12:00:00Z'))).toBe(false);
    expect(isOutlived(deletedAt, Date.parse('2026-07-15T12:00:01Z'))).toBe(true);
  });
});

describe('the owner of an email address', () => {
  it('is a user', () => {
    expect(readEmailOwner({ userId: 'ann' })).toEqual({ userId: 'ann' });
    expect(() => readEmailOwner({})).toThrow('Malformed email address: attribute userId');
  });
});

describe('a deletion record', () => {
  const item = { pk: 'DELETIONS', sk: 'ann', attempt: 'a', requestedAt: 1 };

  it('says when the last link was removed, once it was', () => {
    const record = { userId: 'ann', attempt: 'a', requestedAt: 1 };
    expect(toDeletionRecord(item)).toEqual({ ...record, unlinkedAt: undefined });
    expect(toDeletionRecord({ ...item, unlinkedAt: 2 })).toEqual({ ...record, unlinkedAt: 2 });
  });

  it('is malformed without an attempt', () => {
    expect(() => toDeletionRecord({ ...item, attempt: undefined })).toThrow(
      'Malformed deletion record: attribute attempt',
    );
  });
});
