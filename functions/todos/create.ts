import { parseIdempotency } from './idempotency.ts';
import { today, todoAnswer, todoRoute } from './route.ts';
import { parseNewTodo } from './schemas.ts';

/** `POST /todo`: a new todo; with an `Idempotency-Key`, the same one for the same request. */
export const handler = todoRoute(async (request, store) => {
  const body = request.json();
  const fields = parseNewTodo(body, today());
  const idempotency = parseIdempotency(request.header('Idempotency-Key'), body);
  const { userId } = request.caller;
  const todo = idempotency
    ? await store.createOnce(userId, fields, idempotency)
    : await store.create(userId, fields);
  return todoAnswer(201, todo, request);
});
