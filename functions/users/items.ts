import { table, userPartition } from '../dynamodb/table.ts';

/** An identity at an issuer. Both parts are needed: subjects are unique only within their issuer (OIDC Core §2). */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

export interface User {
  readonly id: string;
  readonly email: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly identities: readonly Identity[];
}

/**
 * A profile that says when its user was deleted, in milliseconds since the epoch. It stays for a while, so that
 * nothing brings the user back. Whoever finds it must treat the user as gone.
 */
export interface DeletedUser extends User {
  readonly deletedAt: number;
}

type Key = { readonly pk: string; readonly sk: string };

/** Who an identity is: `userId` and `email`; and in `deletedUsers` who it can no longer become. */
export const linkKey = ({ issuer, subject }: Identity): Key => ({
  pk: `LINK#${issuer}#${subject}`,
  sk: 'LINK',
});
/** Who owns an email address: `userId`. */
export const emailKey = (email: string): Key => ({ pk: `EMAIL#${email}`, sk: 'EMAIL' });
export const profileKey = (userId: string): Key => ({ pk: userPartition(userId), sk: 'PROFILE' });

/** All deletions that are under way, in one partition: there are few at a time, and one Query finds them. */
export const DELETIONS = 'DELETIONS';
export const deletionKey = (userId: string): Key => ({ pk: DELETIONS, sk: userId });

/** One string of a set; an issuer is a URL, so the first space ends it. */
export function toText({ issuer, subject }: Identity): string {
  return `${issuer} ${subject}`;
}

function toIdentity(text: string): Identity {
  const space = text.indexOf(' ');
  return { issuer: text.slice(0, space), subject: text.slice(space + 1) };
}

/** Reads a profile, also that of a deleted user. */
export function toUser(item: Readonly<Record<string, unknown>>): User | DeletedUser {
  const user: User = {
    id: String(item[table.partitionKey]).slice(userPartition('').length),
    email: String(item.email),
    createdAt: Number(item.createdAt),
    identities: [...(item.identities as Set<string>)].sort().map(toIdentity),
  };
  return item.deletedAt === undefined ? user : { ...user, deletedAt: Number(item.deletedAt) };
}
