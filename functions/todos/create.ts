import { parseIdempotencyKey } from '../http/idempotency-key.ts';
import { resourceRoute } from '../resource-route.ts';
import { todoResponse } from './representation.ts';
import { parseNewTodo, withDefaultDate } from './schemas.ts';
import { createTodoStore } from './store.ts';

/** `POST /todo`: a new todo. With an `Idempotency-Key`, the same request gets the same todo. */
export const handler = resourceRoute(createTodoStore, async (request, store) => {
  const newTodo = parseNewTodo(request.json());
  const idempotency = parseIdempotencyKey(request.header('Idempotency-Key'), 'createTodo', newTodo);
  const fields = withDefaultDate(newTodo, request.receivedAt);
  const { userId } = request.caller;
  const todo = idempotency
    ? await store.createOnce(userId, fields, idempotency)
    : await store.create(userId, fields);
  return todoResponse(201, todo, request);
});
