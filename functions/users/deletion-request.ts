import type { PreconditionHeader } from '../errors.ts';
import type { DeletionSteps } from './deletion-steps.ts';
import type { UserStore } from './store.ts';
import { type DeletedUser, type User, UserNotFound, UserVersionConflict } from './user.ts';

/** A request begins no further batch once it has deleted this many items. The sweep deletes the rest. */
export const MAX_ITEMS_PER_REQUEST = 2_000;

/** How often the profile may change during the request, in a way that the client does not see. */
const MAX_ATTEMPTS = 5;

export interface DeleteUserDependencies {
  readonly users: Pick<UserStore, 'findAlsoDeleted'>;
  readonly steps: DeletionSteps;
  readonly maxItems?: number;
}

/**
 * Deletes a user who is in the expected state. A request that is sent again continues where the first one stopped.
 * When the deletion was finished, the token may already belong to a new user of the same person. That user is not in
 * the expected state and stays.
 * @param failedPrecondition the precondition of the request that a user does not fulfil
 * @returns whether all items of the user are deleted
 * @throws {UserNotFound} when there is no such user, {UserVersionConflict} when the user is in another state
 */
export async function deleteUser(
  { users, steps, maxItems = MAX_ITEMS_PER_REQUEST }: DeleteUserDependencies,
  userId: string,
  failedPrecondition: (user: User | DeletedUser) => PreconditionHeader | undefined,
): Promise<boolean> {
  const deleted = await commit();
  await steps.unlink(deleted);
  return steps.deleteItems(userId, (count) => count < maxItems);

  async function commit(): Promise<DeletedUser> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const user = await users.findAlsoDeleted(userId);
      if (!user) throw new UserNotFound();
      const failed = failedPrecondition(user);
      if (failed) throw user.kind === 'deleted' ? new UserNotFound() : new UserVersionConflict(failed);
      const deleted = user.kind === 'deleted' ? user : await steps.commit(user);
      if (deleted) return deleted;
    }
    throw new UserVersionConflict('If-Match');
  }
}
