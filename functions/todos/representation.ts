import { toEtag } from '../http/etag.ts';
import type { RequestReader } from '../http/request.ts';
import type { RouteResponse } from '../http/response.ts';
import type { TodoRepresentation } from './description.ts';
import type { Todo } from './todo.ts';

/** A todo as clients see it. */
export function toRepresentation(
  todo: Todo,
  { baseUrl }: Pick<RequestReader, 'baseUrl'>,
): TodoRepresentation {
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

/** The response that shows one todo, with its ETag. */
export function todoResponse(
  status: number,
  todo: Todo,
  request: Pick<RequestReader, 'baseUrl'>,
): RouteResponse {
  const body = toRepresentation(todo, request);
  return {
    status,
    body,
    headers: { ETag: toEtag(todo.version), ...(status === 201 && { Location: body.url }) },
  };
}
