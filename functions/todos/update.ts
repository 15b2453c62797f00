import { toVersionPreconditions } from '../http/etag.ts';
import { pathId } from '../http/path-id.ts';
import { resourceRoute } from '../resource-route.ts';
import { todoResponse } from './representation.ts';
import { parseTodoChanges } from './schemas.ts';
import { createTodoStore } from './store.ts';
import { TodoNotFound } from './todo.ts';

/** `PATCH /todo/{id}`: changes the given fields of a todo. */
export const handler = resourceRoute(
  { store: createTodoStore, body: parseTodoChanges, preconditions: toVersionPreconditions },
  async (request, store) => {
    const { caller, body, preconditions } = request;
    const todo = await store.update(caller.userId, pathId(request, TodoNotFound), body, preconditions);
    return todoResponse(200, todo, request);
  },
);
