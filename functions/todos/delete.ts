import { parseIfMatch } from '../http/etag.ts';
import { pathId } from '../http/path-id.ts';
import { resourceRoute } from '../resource-route.ts';
import { createTodoStore } from './store.ts';
import { TodoNotFound } from './todo.ts';

/** `DELETE /todo/{id}`: deletes a todo. */
export const handler = resourceRoute(createTodoStore, async (request, store) => {
  const id = pathId(request, TodoNotFound);
  await store.delete(request.caller.userId, id, parseIfMatch(request.header('If-Match')));
  return { status: 204 };
});
