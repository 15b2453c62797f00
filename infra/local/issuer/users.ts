import { randomBytes } from 'node:crypto';
import { randomSecret, secretsEqual } from './secrets.ts';

/** The database connection of a new tenant. Here it is also the tenant's Default Directory. */
export const defaultConnection = 'Username-Password-Authentication';

/** One identity. Two identities of different connections can have the same email. */
export interface IssuerUser {
  /** The `sub` claim, such as `auth0|64f0…`. */
  readonly subject: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly name: string;
  readonly password: string;
  /** The user's permissions at the API. */
  readonly permissions: readonly string[];
  readonly connection: string;
}

/** An identity with the time of its last change, which is a claim at /userinfo. */
export interface StoredUser extends IssuerUser {
  /** ISO 8601. */
  readonly updatedAt: string;
}

/** A user cannot be added or changed. */
export class UserDirectoryError extends Error {
  override readonly name = 'UserDirectoryError';
}

export interface UserDirectory {
  add(user: Partial<IssuerUser> & { email: string }): StoredUser;
  update(subject: string, changes: Partial<Omit<IssuerUser, 'subject'>>): StoredUser;
  find(subject: string): StoredUser | undefined;
  /** The oldest user. */
  first(): StoredUser | undefined;
  /** The user of a connection with this email and password, if there is one. */
  authenticate(connection: string, email: string, password: string): StoredUser | undefined;
  hasConnection(connection: string): boolean;
  /** The users of a connection, oldest first. */
  inConnection(connection: string): StoredUser[];
}

/**
 * Makes an empty directory. By default, a new user has a verified email, a random subject, a random password and no
 * permissions. `add` and `update` throw `UserDirectoryError` when another user has the subject, or the email in the
 * same connection; `update` also when there is no such user.
 * @param now the clock, in milliseconds since the epoch
 */
export function createUserDirectory(now: () => number): UserDirectory {
  const users = new Map<string, StoredUser>();

  const findByEmail = (connection: string, email: string) =>
    [...users.values()].find(
      (user) => user.connection === connection && user.email.toLowerCase() === email.toLowerCase(),
    );

  const store = (user: IssuerUser): StoredUser => {
    const holder = findByEmail(user.connection, user.email);
    if (holder && holder.subject !== user.subject) {
      throw new UserDirectoryError(`${user.connection} already has a user with the email ${user.email}`);
    }
    const stored = { ...user, updatedAt: new Date(now()).toISOString() };
    users.set(user.subject, stored);
    return stored;
  };

  return {
    add(user) {
      const subject = user.subject ?? `auth0|${randomBytes(12).toString('hex')}`;
      if (users.has(subject)) throw new UserDirectoryError(`There already is a user ${subject}`);
      return store({
        emailVerified: true,
        name: user.email,
        password: randomSecret(),
        permissions: [],
        connection: defaultConnection,
        ...user,
        subject,
      });
    },
    update(subject, changes) {
      const user = users.get(subject);
      if (!user) throw new UserDirectoryError(`There is no user ${subject}`);
      return store({ ...user, ...changes });
    },
    find: (subject) => users.get(subject),
    first: () => users.values().next().value,
    authenticate(connection, email, password) {
      const user = findByEmail(connection, email);
      // An unknown email costs a comparison too, so that the duration does not show which emails exist.
      const matches = secretsEqual(user?.password ?? randomSecret(), password);
      return matches ? user : undefined;
    },
    hasConnection: (connection) =>
      connection === defaultConnection || [...users.values()].some((user) => user.connection === connection),
    inConnection: (connection) => [...users.values()].filter((user) => user.connection === connection),
  };
}
