import type { APIGatewayProxyHandler } from 'aws-lambda';
import { requiredSetting } from '../config.ts';
import { createDocumentClient } from '../dynamodb/client.ts';
import { isUlid, ulid } from '../dynamodb/ulid.ts';
import { toEtag } from '../http/etag.ts';
import { ProblemError } from '../http/problem.ts';
import type { RouteAnswer } from '../http/response.ts';
import { createRoute, type RouteRequest } from '../http/route.ts';
import { createLogger } from '../observability/logger.ts';
import type { TodoRepresentation } from './representation.ts';
import type { ListedTodo, Todo } from './schemas.ts';
import { createTodoStore, type TodoStore } from './store.ts';

/** Wires a todo route to the environment of its function, once for each cold start. */
export function todoRoute(
  answer: (request: RouteRequest, store: TodoStore) => Promise<RouteAnswer>,
): APIGatewayProxyHandler {
  const store = createTodoStore({
    client: createDocumentClient(),
    tableName: requiredSetting(process.env, 'TABLE_NAME'),
    now: Date.now,
    newId: ulid,
  });
  return createRoute((request) => answer(request, store), {
    log: createLogger(),
    requiredScope: process.env.REQUIRED_SCOPE,
    now: Date.now,
  });
}

/**
 * The id in the path.
 * @throws {ProblemError} 404 when no todo can have it
 */
export function todoId({ pathParameters }: RouteRequest): string {
  const { id } = pathParameters;
  if (id === undefined || !isUlid(id)) throw new ProblemError('not_found', 'There is no such todo.');
  return id;
}

/** Today in UTC, `YYYY-MM-DD`: the date of a todo that names none. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** A todo as clients see it. */
export function toRepresentation(todo: ListedTodo, { baseUrl }: RouteRequest): TodoRepresentation {
  return {
    id: todo.id,
    title: todo.title,
    date: todo.date,
    completed: todo.completed,
    order: todo.order,
    user: todo.userId,
    url: `${baseUrl}/todo/${todo.id}`,
    created_at: new Date(todo.createdAt).toISOString(),
    updated_at: new Date(todo.updatedAt).toISOString(),
  };
}

/** The answer that shows one todo, with its ETag. */
export function todoAnswer(status: number, todo: Todo, request: RouteRequest): RouteAnswer {
  const body = toRepresentation(todo, request);
  return {
    status,
    body,
    headers: { ETag: toEtag(todo.version), ...(status === 201 && { Location: body.url }) },
  };
}
