import { NotFoundError, type PreconditionHeader, VersionConflictError } from '../errors.ts';

/** An identity at an issuer. Subjects are unique only within their issuer, so both are needed (OIDC Core §2). */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

interface Profile {
  readonly id: string;
  readonly email: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly identities: readonly Identity[];
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

/** The user of an identity, as the link item of the identity says. */
export interface LinkedUser {
  readonly userId: string;
  readonly email: string;
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
