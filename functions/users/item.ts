import {
  boolean,
  type Item,
  itemReader,
  mapOf,
  number,
  optional,
  record,
  string,
  stringSet,
} from '../dynamodb/item.ts';
import { type ItemKey, table, userPartition } from '../dynamodb/keys.ts';
import { userItemKey } from '../table.ts';
import type { DeletedUser, Identity, Link, User } from './user.ts';

/** The item that says who an identity is, and who it can no longer be. */
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
  /** By the texts of the identities. A profile of before there were addresses has none. */
  addresses: optional(mapOf(record({ email: string, isVerified: boolean, seenAt: number }))),
  releasedAt: optional(mapOf(number)),
  revision: optional(number),
  blockedAt: optional(number),
  deletedAt: optional(number),
});

/** Reads a profile, also that of a deleted user. */
export function toUser(item: Item): User | DeletedUser {
  const {
    pk,
    email,
    createdAt,
    identities,
    addresses,
    releasedAt = {},
    revision = 0,
    blockedAt,
    deletedAt,
  } = readProfile(item);
  // An identity without an address of its own was linked by the user's address, at an unknown time.
  const addressOf = (text: string) => addresses?.[text] ?? { email, isVerified: true, seenAt: 0 };
  const profile = {
    id: pk.slice(userPartition('').length),
    email,
    createdAt,
    identities: [...identities].sort().map((text) => ({ ...toIdentity(text), address: addressOf(text) })),
    releasedAt,
    blockedAt,
    revision,
  };
  return deletedAt === undefined
    ? { kind: 'active', ...profile }
    : { kind: 'deleted', ...profile, deletedAt };
}

/** The attributes of a profile that change with the identities. */
export function toAddressAttributes({ identities, releasedAt, revision }: User): Item {
  const addresses = Object.fromEntries(
    identities.map(({ address, ...identity }) => [toText(identity), address]),
  );
  return { addresses, releasedAt, revision };
}

const linkReader = itemReader('link', {
  userId: optional(string),
  email: optional(string),
  /** Only of an address that is not verified. */
  isVerified: optional(boolean),
  checkedAt: optional(number),
  askedAt: optional(number),
  deletedAt: optional(number),
  deletingUserId: optional(string),
  deletingSince: optional(number),
  blockedUserId: optional(string),
});

/** Reads a link. */
export function toLink(item: Item): Link {
  const {
    userId,
    email,
    isVerified = true,
    checkedAt = 0,
    askedAt,
    blockedUserId,
    ...deletion
  } = linkReader(item);
  return {
    user:
      userId === undefined || email === undefined
        ? undefined
        : { userId, email, isVerified, checkedAt, askedAt, isBlocked: userId === blockedUserId },
    deletedAt: deletion.deletedAt,
    deletingUserId: deletion.deletingUserId,
    deletingSince: deletion.deletingSince,
  };
}

/** The link of an identity that never signed in. */
export const noLink: Link = toLink({});

/** Reads the id that is reserved for the user of an identity, when no address leads to the user. */
export const readReservation = itemReader('link', {
  userId: optional(string),
  reservedUserId: optional(string),
});

/** Reads the owner of an email address. */
export const readEmailOwner = itemReader('email address', { userId: string });

/**
 * How long the time of a deletion is remembered at a link, in seconds: as long as an access token can live.
 * Source: https://auth0.com/docs/secure/tokens/access-tokens/update-access-token-lifetime (at most 2,592,000 seconds)
 */
const TOKEN_LIFETIME_SECONDS = 2_592_000;

/** When DynamoDB may delete the link of a deleted user: seconds since the epoch. */
export function linkExpiry(time: number): { readonly [table.expiry]: number } {
  return { [table.expiry]: Math.ceil(time / 1_000) + TOKEN_LIFETIME_SECONDS };
}

/** Whether every token of that time has expired. Both are in milliseconds since the epoch. */
export function isOutlived(deletedAt: number, time: number): boolean {
  return time - deletedAt > TOKEN_LIFETIME_SECONDS * 1_000;
}

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
