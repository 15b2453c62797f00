import { parseIfMatch } from '../http/etag.ts';
import { todoId, todoRoute } from './route.ts';

/** `DELETE /todo/{id}` */
export const handler = todoRoute(async (request, store) => {
  await store.remove(request.caller.userId, todoId(request), parseIfMatch(request.header('If-Match')));
  return { status: 204 };
});
