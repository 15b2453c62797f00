import { toVersionPreconditions } from '../http/etag.ts';
import { pathId } from '../http/path-id.ts';
import { resourceRoute } from '../resource-route.ts';
import { todoResponse } from './representation.ts';
import { parseNewTodo, withDefaultDate } from './schemas.ts';
import { createTodoStore } from './store.ts';
import { TodoNotFound } from './todo.ts';

/** `PUT /todo/{id}`: replaces every field of a todo. A field that the body leaves out gets its default. */
export const handler = resourceRoute(
  { store: createTodoStore, body: parseNewTodo, preconditions: toVersionPreconditions },
  async (request, store) => {
    const { caller, body, receivedAt, preconditions } = request;
    const fields = withDefaultDate(body, receivedAt);
    const todo = await store.update(caller.userId, pathId(request, TodoNotFound), fields, preconditions);
    return todoResponse(200, todo, request);
  },
);
