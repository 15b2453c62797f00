import { refusalError } from '../http/caller.ts';
import { failedPrecondition, type Preconditions } from '../http/preconditions.ts';
import { ProblemError } from '../http/problem.ts';
import { resourceRoute } from '../resource-route.ts';
import { deleteUser } from './deletion-request.ts';
import { createDeletionSteps } from './deletion-steps.ts';
import { userEtag } from './representation.ts';
import { createUserStore } from './store.ts';

/** `DELETE /me`: deletes the user with all its items; 202 when the sweep has items left to delete. */
export const handler = resourceRoute(
  {
    store: (dependencies) => ({
      users: createUserStore(dependencies),
      steps: createDeletionSteps(dependencies),
    }),
    preconditions: requireEtag,
  },
  async ({ caller, preconditions }, stores) => {
    const isComplete = await deleteUser(stores, caller.userId, (user) => {
      // A cached policy lets a blocked user in for some minutes. The block would end with the user.
      if (user.kind === 'active' && user.blockedAt !== undefined) throw refusalError('user_blocked');
      return failedPrecondition(preconditions, userEtag(user));
    });
    return { status: isComplete ? 204 : 202 };
  },
);

/** A deletion cannot be undone, so it must name the user that the client saw. `*` names none. */
function requireEtag(preconditions: Preconditions): Preconditions {
  if (preconditions.ifMatch === undefined || preconditions.ifMatch === '*') {
    throw new ProblemError('precondition_required', 'If-Match must have the ETag of GET /me.');
  }
  return preconditions;
}
