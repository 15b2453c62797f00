import { toNextLink } from './page-link.ts';
import { todoRoute, toRepresentation } from './route.ts';
import { parseTodoQuery } from './schemas.ts';

/** `GET /todo`: a page of the caller's todos, and where the next one is. */
export const handler = todoRoute(async (request, store) => {
  const { todos, next } = await store.list(request.caller.userId, parseTodoQuery(request.query));
  return {
    status: 200,
    body: todos.map((todo) => toRepresentation(todo, request)),
    ...(next && { headers: { Link: toNextLink(request, '/todo', next) } }),
  };
});
