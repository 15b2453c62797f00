import { NotFoundError, type PreconditionHeader, VersionConflictError } from '../errors.ts';

/** An identity at an issuer. Subjects are unique only within their issuer, so both are needed (OIDC Core §2). */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

/** An email address, as the issuer showed it for an identity. */
export interface Address {
  readonly email: string;
  /** Whether the issuer verified it. An unverified address proves nothing. */
  readonly isVerified: boolean;
  /** When the issuer showed it: milliseconds since the epoch. */
  readonly seenAt: number;
}

/** An identity of a user, with the address that the issuer last showed for it. */
export interface IdentityOfUser extends Identity {
  readonly address: Address;
}

export interface Profile {
  readonly id: string;
  /** The address that the user is shown with. It proves nothing: see `hasAddress` in address.ts. */
  readonly email: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly identities: readonly IdentityOfUser[];
  /** The addresses that no identity has any more, each with the time when it was given up. They are soon forgotten. */
  readonly releasedAt: Readonly<Record<string, number>>;
  /** When an operator blocked the user: milliseconds since the epoch. */
  readonly blockedAt: number | undefined;
  /** Counts the changes of the identities and their addresses. */
  readonly revision: number;
}

export interface User extends Profile {
  readonly kind: 'active';
}

/** A user who was deleted. The profile stays for a while, so that nothing brings the user back. */
export interface DeletedUser extends Profile {
  readonly kind: 'deleted';
  /** Milliseconds since the epoch. */
  readonly deletedAt: number;
}

/** The user of an identity, with the identity's own address, as the link item of the identity says. */
export interface LinkedUser {
  readonly userId: string;
  readonly email: string;
  readonly isVerified: boolean;
  /** When the issuer last showed the address: milliseconds since the epoch. */
  readonly checkedAt: number;
  /** When a function last began to ask the issuer for the address; undefined when none did since the sign-in. */
  readonly askedAt: number | undefined;
  /** Whether an operator blocked the user. */
  readonly isBlocked: boolean;
}

/** What is known about an identity, also about one without a user. */
export interface Link {
  readonly user: LinkedUser | undefined;
  /** When the last user of the identity was deleted. A token of that time or before acts for nobody. */
  readonly deletedAt: number | undefined;
  /** The user whose deletion began last. It may have ended before the user was deleted. */
  readonly deletingUserId: string | undefined;
  /** When that deletion began. */
  readonly deletingSince: number | undefined;
}

/** There is no such user, or the user was deleted. */
export class UserNotFound extends NotFoundError {
  override readonly name = 'UserNotFound';

  constructor() {
    super('This user does not exist.');
  }
}

/** The user is not in the state that the client expects. */
export class UserVersionConflict extends VersionConflictError {
  override readonly name = 'UserVersionConflict';

  constructor(failed: PreconditionHeader) {
    super('user', failed);
  }
}
