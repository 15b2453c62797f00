import { describe, expect, it } from 'vitest';
import { MalformedItemError } from '../../../../functions/dynamodb/item.ts';
import {
  deletionKey,
  emailKey,
  linkKey,
  profileKey,
  readEmailOwner,
  toDeletionRecord,
  toLinkedUser,
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
  };
  const profile = {
    id: 'ann',
    email: 'ann@example.com',
    createdAt: 1,
    identities: [{ ...identity, subject: 'auth0|0' }, identity],
  };

  it('is the user, with the identities in one order', () => {
    expect(toUser(item)).toEqual({ kind: 'active', ...profile });
  });

  it('can be that of a deleted user', () => {
    expect(toUser({ ...item, deletedAt: 2 })).toEqual({ kind: 'deleted', ...profile, deletedAt: 2 });
  });

  it.each(['pk', 'email', 'createdAt', 'identities'])('is malformed without %s', (name) => {
    expect(() => toUser({ ...item, [name]: undefined })).toThrow(
      new MalformedItemError(`Malformed profile: attribute ${name}`),
    );
  });
});

describe('a link', () => {
  it('is the user of the identity', () => {
    const user = { userId: 'ann', email: 'ann@example.com' };
    expect(toLinkedUser({ ...linkKey(identity), ...user })).toEqual(user);
  });

  it.each([{}, { userId: 'ann' }, { email: 'ann@example.com' }])(
    'leads to nobody with %j alone',
    (attributes) => {
      expect(toLinkedUser({ ...linkKey(identity), ...attributes })).toBeUndefined();
    },
  );

  it('is malformed with another type', () => {
    expect(() => toLinkedUser({ userId: 1 })).toThrow('Malformed link: attribute userId');
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
