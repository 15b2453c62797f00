import { matchesIfNoneMatch, toEtag } from '../http/etag.ts';
import { pathId } from '../http/path-id.ts';
import { resourceRoute } from '../resource-route.ts';
import { todoResponse } from './representation.ts';
import { createTodoStore } from './store.ts';
import { TodoNotFound } from './todo.ts';

/** `GET /todo/{id}`: one todo, or 304 when the client has its current version. */
export const handler = resourceRoute(createTodoStore, async (request, store) => {
  const id = pathId(request, TodoNotFound);
  const todo = await store.get(request.caller.userId, id);
  const etag = toEtag(todo.version);
  if (matchesIfNoneMatch(request.header('If-None-Match'), etag)) {
    return { status: 304, headers: { ETag: etag } };
  }
  return todoResponse(200, todo, request);
});
