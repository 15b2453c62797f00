import { namesInIfMatch } from '../http/etag.ts';
import { ProblemError } from '../http/problem.ts';
import { resourceRoute } from '../resource-route.ts';
import { deleteUser } from './deletion-request.ts';
import { createDeletionSteps } from './deletion-steps.ts';
import { userEtag } from './representation.ts';
import { createUserStore } from './store.ts';

/** `DELETE /me`: deletes the user with all its items; 202 when the sweep has items left to delete. */
export const handler = resourceRoute(
  (dependencies) => ({ users: createUserStore(dependencies), steps: createDeletionSteps(dependencies) }),
  async ({ caller, header }, dependencies) => {
    const ifMatch = header('If-Match');
    if (ifMatch === undefined || ifMatch.trim() === '*') {
      throw new ProblemError('precondition_required', 'If-Match must have the ETag of GET /me.');
    }
    const isComplete = await deleteUser(dependencies, caller.userId, (user) =>
      namesInIfMatch(ifMatch, userEtag(user)),
    );
    return { status: isComplete ? 204 : 202 };
  },
);
