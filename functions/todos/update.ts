import { parseIfMatch } from '../http/etag.ts';
import { pathId } from '../http/path-id.ts';
import { resourceRoute } from '../resource-route.ts';
import { todoResponse } from './representation.ts';
import { parseTodoChanges } from './schemas.ts';
import { createTodoStore } from './store.ts';
import { TodoNotFound } from './todo.ts';

/** `PATCH /todo/{id}`: changes the given fields of a todo. */
export const handler = resourceRoute(createTodoStore, async (request, store) => {
  const id = pathId(request, TodoNotFound);
  const changes = parseTodoChanges(request.json());
  const expected = parseIfMatch(request.header('If-Match'));
  const todo = await store.update(request.caller.userId, id, changes, expected);
  return todoResponse(200, todo, request);
});
