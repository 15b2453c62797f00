import { toAddress } from '../../functions/users/address.ts';
import type { AddressOwners } from '../../functions/users/address-owners.ts';
import type { LinkStore } from '../../functions/users/links.ts';
import type { UserStore } from '../../functions/users/store.ts';
import type { DeletedUser, User } from '../../functions/users/user.ts';
import { UserError } from '../local/user-error.ts';

export interface UserDirectory {
  readonly users: Pick<UserStore, 'findAlsoDeleted'>;
  readonly links: Pick<LinkStore, 'find'>;
  readonly owners: Pick<AddressOwners, 'find'>;
  /** The issuer of the tenant: an identity is the tenant and the subject. */
  readonly issuer: string;
}

const userId = /^[0-9A-HJKMNP-TV-Z]{26}$/;

/**
 * Finds the user whom an operator names. A user id is a ULID. A subject of Auth0 has a `|` after the name of the
 * connection, and it may contain an address. Anything else with an `@` is an email address.
 * Source: "User ID" in "Understand How User Account Linking Works", https://auth0.com/docs/manage-users/user-accounts
 * @throws {UserError} when the text is none of these, or when it names no user
 * @example const user = await findUser({ users, links, owners, issuer }, 'auth0|66f0c1d2e3a4b5c6d7e8f9a0');
 */
export async function findUser(
  { users, links, owners, issuer }: UserDirectory,
  named: string,
): Promise<User | DeletedUser> {
  const id = await findId();
  const user = id === undefined ? undefined : await users.findAlsoDeleted(id);
  if (user) return user;
  throw new UserError(
    'There is no such user. An address finds its owner only. Auth0 shows the subject of an account as its user_id.',
  );

  async function findId(): Promise<string | undefined> {
    if (userId.test(named)) return named;
    if (named.includes('|')) return (await links.find({ issuer, subject: named })).user?.userId;
    if (named.includes('@')) return owners.find(toAddress(named, false, 0).email);
    throw new UserError(
      'Name a user by an email address, by a subject such as "auth0|66f0c1d2e3a4b5c6d7e8f9a0", or by a user id of 26 letters and digits.',
    );
  }
}
