import { matchesIfNoneMatch } from '../http/etag.ts';
import { resourceRoute } from '../resource-route.ts';
import { toRepresentation, userEtag } from './representation.ts';
import { createUserStore } from './store.ts';

/** `GET /me`: the user with the linked identities, or 304 when the client has the current state. */
export const handler = resourceRoute(createUserStore, async ({ caller, header }, users) => {
  const user = await users.get(caller.userId);
  const headers = { ETag: userEtag(user) };
  if (matchesIfNoneMatch(header('If-None-Match'), headers.ETag)) return { status: 304, headers };
  return { status: 200, body: toRepresentation(user), headers };
});
