import { pathId } from '../http/path-id.ts';
import { resourceRoute } from '../resource-route.ts';
import { todoResponse } from './representation.ts';
import { createTodoStore } from './store.ts';
import { TodoNotFound } from './todo.ts';

/** `GET /todo/{id}`: one todo. */
export const handler = resourceRoute({ store: createTodoStore }, async (request, store) => {
  const todo = await store.get(request.caller.userId, pathId(request, TodoNotFound));
  return todoResponse(200, todo, request);
});
