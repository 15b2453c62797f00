import { encodeCursor } from '../http/cursor.ts';
import { pageHeaders } from '../http/page-link.ts';
import { resourceRoute } from '../resource-route.ts';
import { toRepresentation } from './representation.ts';
import { parseTodoQuery, todoCursorParts } from './schemas.ts';
import { createTodoStore } from './store.ts';

/** `GET /todo`: a page of the caller's todos, with a link to the next one. */
export const handler = resourceRoute(
  { store: createTodoStore, query: parseTodoQuery },
  async (request, store) => {
    const { todos, next } = await store.list(request.caller.userId, request.query);
    return {
      status: 200,
      body: todos.map((todo) => toRepresentation(todo, request)),
      headers: pageHeaders(request, '/todo', next && encodeCursor(todoCursorParts(next))),
    };
  },
);
