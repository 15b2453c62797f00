import { matchesIfNoneMatch } from '../http/etag.ts';
import { ProblemError } from '../http/problem.ts';
import { toRepresentation, userEtag } from './answer.ts';
import { userRoute, userStoreDependencies } from './route.ts';
import { createUserStore } from './store.ts';

const users = createUserStore(userStoreDependencies());

/** `GET /me`: the user, with the identities linked to it, or 304 when the client has this state of it already. */
export const handler = userRoute(async ({ caller, header }) => {
  const user = await users.find(caller.userId);
  if (!user) throw new ProblemError('not_found', 'This user does not exist.');
  const headers = { ETag: userEtag(user) };
  if (matchesIfNoneMatch(header('If-None-Match'), headers.ETag)) return { status: 304, headers };
  return { status: 200, body: toRepresentation(user), headers };
});
