import { toIdempotency } from '../http/idempotency-key.ts';
import { resourceRoute } from '../resource-route.ts';
import { todoResponse } from './representation.ts';
import { parseNewTodo, withDefaultDate } from './schemas.ts';
import { createTodoStore } from './store.ts';

/** `POST /todo`: a new todo. With an `Idempotency-Key`, the same request gets the same todo. */
export const handler = resourceRoute(
  { store: createTodoStore, body: parseNewTodo, acceptsIdempotencyKey: true },
  async (request, store) => {
    const { caller, body, idempotencyKey, receivedAt } = request;
    const fields = withDefaultDate(body, receivedAt);
    const todo =
      idempotencyKey === undefined
        ? await store.create(caller.userId, fields)
        : await store.createOnce(caller.userId, fields, toIdempotency(idempotencyKey, 'createTodo', body));
    return todoResponse(201, todo, request);
  },
);
