import { type Item, itemReader, number, optional, string, stringSet } from '../dynamodb/item.ts';
import { type ItemKey, userPartition } from '../dynamodb/keys.ts';
import { userItemKey } from '../table.ts';
import type { DeletedUser, Identity, LinkedUser, User } from './user.ts';

/** The item that says who an identity is, in `userId` and `email`, and in `deletedUsers` who it can no longer be. */
export const linkKey = ({ issuer, subject }: Identity): ItemKey => ({
  pk: `LINK#${issuer}#${subject}`,
  sk: 'LINK',
});

/** The item that says who owns an email address, in `userId`. */
export const emailKey = (email: string): ItemKey => ({ pk: `EMAIL#${email}`, sk: 'EMAIL' });

/** The item of a user. */
export const profileKey = (userId: string): ItemKey => userItemKey(userId, 'profile');

/** The partition of all deletions that are not finished. There are few at a time, and one Query finds them. */
export const DELETIONS = 'DELETIONS';
export const deletionKey = (userId: string): ItemKey => ({ pk: DELETIONS, sk: userId });

/** An identity as one string of a set. An issuer is a URL, so the first space ends it. */
export function toText({ issuer, subject }: Identity): string {
  return `${issuer} ${subject}`;
}

function toIdentity(text: string): Identity {
  const space = text.indexOf(' ');
  return { issuer: text.slice(0, space), subject: text.slice(space + 1) };
}

const readProfile = itemReader('profile', {
  pk: string,
  email: string,
  createdAt: number,
  identities: stringSet,
  deletedAt: optional(number),
});

/** Reads a profile, also that of a deleted user. */
export function toUser(item: Item): User | DeletedUser {
  const { pk, email, createdAt, identities, deletedAt } = readProfile(item);
  const profile = {
    id: pk.slice(userPartition('').length),
    email,
    createdAt,
    identities: [...identities].sort().map(toIdentity),
  };
  return deletedAt === undefined
    ? { kind: 'active', ...profile }
    : { kind: 'deleted', ...profile, deletedAt };
}

const readLink = itemReader('link', { userId: optional(string), email: optional(string) });

/** Reads a link; undefined for an identity that is linked to nobody, since its user was deleted. */
export function toLinkedUser(item: Item): LinkedUser | undefined {
  const { userId, email } = readLink(item);
  return userId === undefined || email === undefined ? undefined : { userId, email };
}

/** Reads the owner of an email address. */
export const readEmailOwner = itemReader('email address', { userId: string });

/** An attempt to delete a user. It may have ended before the profile was marked as deleted. */
export interface DeletionRecord {
  readonly userId: string;
  readonly attempt: string;
  /** Milliseconds since the epoch. */
  readonly requestedAt: number;
  /** When the last link to the user was removed; undefined while there may be one. */
  readonly unlinkedAt: number | undefined;
}

const readDeletion = itemReader('deletion record', {
  sk: string,
  attempt: string,
  requestedAt: number,
  unlinkedAt: optional(number),
});

export function toDeletionRecord(item: Item): DeletionRecord {
  const { sk: userId, attempt, requestedAt, unlinkedAt } = readDeletion(item);
  return { userId, attempt, requestedAt, unlinkedAt };
}
