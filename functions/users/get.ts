import { resourceRoute } from '../resource-route.ts';
import { toRepresentation, userEtag } from './representation.ts';
import { createUserStore } from './store.ts';

/** `GET /me`: the user with the linked identities. */
export const handler = resourceRoute({ store: createUserStore }, async ({ caller }, users) => {
  const user = await users.get(caller.userId);
  return { status: 200, body: toRepresentation(user), headers: { ETag: userEtag(user) } };
});
