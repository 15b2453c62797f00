import { matchesIfNoneMatch, toEtag } from '../http/etag.ts';
import { todoAnswer, todoId, todoRoute } from './route.ts';

/** `GET /todo/{id}`: one todo, or 304 when the client has this state of it already. */
export const handler = todoRoute(async (request, store) => {
  const todo = await store.get(request.caller.userId, todoId(request));
  const etag = toEtag(todo.version);
  if (matchesIfNoneMatch(request.header('If-None-Match'), etag))
    return { status: 304, headers: { ETag: etag } };
  return todoAnswer(200, todo, request);
});
