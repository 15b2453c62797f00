import { parseIfMatch } from '../http/etag.ts';
import { today, todoAnswer, todoId, todoRoute } from './route.ts';
import { parseNewTodo } from './schemas.ts';

/** `PUT /todo/{id}`: replaces all that a client can say of the todo; what the body leaves out gets its default. */
export const handler = todoRoute(async (request, store) => {
  const id = todoId(request);
  const fields = parseNewTodo(request.json(), today());
  const todo = await store.update(
    request.caller.userId,
    id,
    fields,
    parseIfMatch(request.header('If-Match')),
  );
  return todoAnswer(200, todo, request);
});
