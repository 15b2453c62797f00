import { namesInIfMatch } from '../http/etag.ts';
import { ProblemError } from '../http/problem.ts';
import { userEtag } from './answer.ts';
import type { UserDeletion } from './deletion.ts';
import type { DeletedUser, User } from './items.ts';
import type { UserStore } from './store.ts';

/** What fits into a request with room to spare; the sweep removes the rest. */
export const MAX_ITEMS_REMOVED_AT_ONCE = 2_000;

export interface DeleteUserDependencies {
  readonly users: Pick<UserStore, 'findAlsoDeleted'>;
  readonly deletion: UserDeletion;
  readonly maxItems?: number;
}

/**
 * Deletes a user as its ETag names it. Sent again, it takes up where it stopped; when everything was done, it is
 * done again. Then the token may already belong to a new user of the same person: the ETag does not fit that
 * user, who stays.
 * @param ifMatch the `If-Match` header
 * @returns whether nothing of the user is left to remove
 * @throws {ProblemError} 428 without an ETag, 404 when there is no such user, 412 when the ETag is not the user's
 */
export async function deleteUser(
  { users, deletion, maxItems = MAX_ITEMS_REMOVED_AT_ONCE }: DeleteUserDependencies,
  userId: string,
  ifMatch: string | undefined,
): Promise<boolean> {
  if (ifMatch === undefined || ifMatch.trim() === '*') {
    throw new ProblemError('precondition_required', 'If-Match must have the ETag of GET /me.');
  }
  const user = await users.findAlsoDeleted(userId);
  if (!user) throw unknownUser();
  if (!namesInIfMatch(ifMatch, userEtag(user))) throw isDeleted(user) ? unknownUser() : changed();

  const deleted = isDeleted(user) ? user : await commit(user);
  await deletion.unlink(deleted);
  return deletion.removeItems(userId, (removed) => removed < maxItems);

  async function commit(asNamed: User): Promise<DeletedUser> {
    const now = (await deletion.commit(asNamed)) ?? (await users.findAlsoDeleted(userId));
    if (!now) throw unknownUser();
    if (!isDeleted(now)) throw changed();
    return now;
  }
}

function isDeleted(user: User | DeletedUser): user is DeletedUser {
  return 'deletedAt' in user;
}

function unknownUser(): ProblemError {
  return new ProblemError('not_found', 'This user does not exist.');
}

function changed(): ProblemError {
  return new ProblemError('precondition_failed', 'The user has changed: its ETag is not one of If-Match.');
}
