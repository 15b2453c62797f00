import type { RouteRequest } from '../shared/route.ts';
import { type Cursor, encodeCursor } from './cursor.ts';
import { todoRoute, toRepresentation } from './route.ts';
import { parseTodoQuery } from './schemas.ts';

/** `GET /todo`: a page of the caller's todos, and where the next one is (RFC 8288). */
export const handler = todoRoute(async (request, store) => {
  const { todos, next } = await store.list(request.caller.userId, parseTodoQuery(request.query));
  return {
    status: 200,
    body: todos.map((todo) => toRepresentation(todo, request)),
    ...(next && { headers: { Link: `<${nextUrl(request, next)}>; rel="next"` } }),
  };
});

function nextUrl({ baseUrl, query }: RouteRequest, next: Cursor): string {
  const url = new URL(`${baseUrl}/todo`);
  for (const [name, values] of Object.entries(query)) {
    for (const value of values ?? []) url.searchParams.append(name, value);
  }
  url.searchParams.set('cursor', encodeCursor(next));
  return url.href;
}
