import { parseIfMatch } from '../http/etag.ts';
import { todoAnswer, todoId, todoRoute } from './route.ts';
import { parseTodoChanges } from './schemas.ts';

/** `PATCH /todo/{id}`: changes only the fields that are given. */
export const handler = todoRoute(async (request, store) => {
  const id = todoId(request);
  const changes = parseTodoChanges(request.json());
  const todo = await store.update(
    request.caller.userId,
    id,
    changes,
    parseIfMatch(request.header('If-Match')),
  );
  return todoAnswer(200, todo, request);
});
