import { todoRoute } from './route.ts';
import { parseClearQuery } from './schemas.ts';

/** `DELETE /todo`: deletes all of the caller's todos, or only the completed or open ones. */
export const handler = todoRoute(async (request, store) => {
  const { completed } = parseClearQuery(request.query);
  await store.removeAll(request.caller.userId, completed);
  return { status: 204 };
});
