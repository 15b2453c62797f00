import { toVersionPreconditions } from '../http/etag.ts';
import { pathId } from '../http/path-id.ts';
import { resourceRoute } from '../resource-route.ts';
import { createTodoStore } from './store.ts';
import { TodoNotFound } from './todo.ts';

/** `DELETE /todo/{id}`: deletes a todo. */
export const handler = resourceRoute(
  { store: createTodoStore, preconditions: toVersionPreconditions },
  async (request, store) => {
    await store.delete(request.caller.userId, pathId(request, TodoNotFound), request.preconditions);
    return { status: 204 };
  },
);
