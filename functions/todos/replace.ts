import { parseIfMatch } from '../http/etag.ts';
import { pathId } from '../http/path-id.ts';
import { resourceRoute } from '../resource-route.ts';
import { todoResponse } from './representation.ts';
import { parseNewTodo, withDefaultDate } from './schemas.ts';
import { createTodoStore } from './store.ts';
import { TodoNotFound } from './todo.ts';

/** `PUT /todo/{id}`: replaces every field of a todo. A field that the body leaves out gets its default. */
export const handler = resourceRoute(createTodoStore, async (request, store) => {
  const id = pathId(request, TodoNotFound);
  const fields = withDefaultDate(parseNewTodo(request.json()), request.receivedAt);
  const expected = parseIfMatch(request.header('If-Match'));
  const todo = await store.update(request.caller.userId, id, fields, expected);
  return todoResponse(200, todo, request);
});
