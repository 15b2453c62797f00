import { resourceRoute } from '../resource-route.ts';
import { parseClearQuery } from './schemas.ts';
import { createTodoStore } from './store.ts';

/** `DELETE /todo`: deletes all of the caller's todos, or only the completed or the open ones. */
export const handler = resourceRoute(createTodoStore, async (request, store) => {
  const { completed } = parseClearQuery(request.query);
  await store.deleteAll(request.caller.userId, completed);
  return { status: 204 };
});
