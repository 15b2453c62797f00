import { resourceRoute } from '../resource-route.ts';
import { parseClearQuery } from './schemas.ts';
import { createTodoStore } from './store.ts';

/** `DELETE /todo`: deletes all of the caller's todos, or only the completed or the open ones. */
export const handler = resourceRoute(
  { store: createTodoStore, query: parseClearQuery },
  async ({ caller, query }, store) => {
    await store.deleteAll(caller.userId, query.completed);
    return { status: 204 };
  },
);
