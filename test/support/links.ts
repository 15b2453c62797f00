import type { Link, LinkedUser } from '../../functions/users/user.ts';

/** A link to a user whose address was checked just now, if nothing else is said. */
export function linkTo(user: Partial<LinkedUser> & Pick<LinkedUser, 'userId' | 'email'>): Link {
  return {
    user: { isVerified: true, checkedAt: Date.now(), askedAt: undefined, isBlocked: false, ...user },
    deletedAt: undefined,
    deletingUserId: undefined,
    deletingSince: undefined,
  };
}
