import { isDeepStrictEqual } from 'node:util';
import type { TodoFields } from '../../../functions/todos/todo.ts';
import type { ApiResponse } from '../client.ts';

/** A todo as its owner must see it in responses. */
export interface TodoModel extends TodoFields {
  readonly id: string;
  readonly version: number;
  readonly user: string;
  readonly url: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The data of one user after all acknowledged calls. It is immutable: each call gives a new state. */
export interface UserModel {
  /** The user's id in the API. */
  readonly id: string;
  /** The URL of each todo starts with this address. */
  readonly baseUrl: string;
  readonly todos: ReadonlyMap<string, TodoModel>;
  /** The request and the created todo of each idempotency key. */
  readonly keys: ReadonlyMap<string, { readonly fingerprint: string; readonly id: string }>;
}

/** The fields that a client sends. A field that is left out gets its default. */
export type SentFields = { readonly [Field in keyof TodoFields]?: TodoFields[Field] | undefined };

/** The preconditions of a call. */
interface Preconditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

/** A call that changes todos or reads one. Its id may belong to another user. */
export type Call =
  | ({ readonly kind: 'get'; readonly id: string } & Preconditions)
  | {
      readonly kind: 'create';
      readonly body: SentFields & { title: string };
      readonly key?: string | undefined;
    }
  | ({
      readonly kind: 'replace';
      readonly id: string;
      readonly body: SentFields & { title: string };
    } & Preconditions)
  | ({ readonly kind: 'update'; readonly id: string; readonly body: SentFields } & Preconditions)
  | ({ readonly kind: 'delete'; readonly id: string } & Preconditions)
  | { readonly kind: 'clear'; readonly completed?: boolean | undefined };

/** The response that the API must send, and the data of the user after it. */
export interface Prediction {
  readonly status: number;
  /** The todo in the response, with its ETag; undefined for a response without a todo. */
  readonly shown: TodoModel | undefined;
  readonly next: UserModel;
}

/**
 * Predicts the response to a call of this user.
 * @param response the actual response. Only values that the server chooses are read from it: new ids, times, and today
 */
export function predict(user: UserModel, call: Call, response: ApiResponse): Prediction {
  const refused = (status: number): Prediction => ({ status, shown: undefined, next: user });
  const showing = (status: number, shown: TodoModel): Prediction => ({
    status,
    shown,
    next: { ...user, todos: new Map(user.todos).set(shown.id, shown) },
  });

  switch (call.kind) {
    case 'get': {
      const todo = user.todos.get(call.id);
      if (!todo) return refused(404);
      if (!isExpected(todo, call.ifMatch)) return refused(412);
      return isExcluded(todo, call.ifNoneMatch) ? { ...refused(304), shown: todo } : showing(200, todo);
    }
    case 'create': {
      const known = call.key === undefined ? undefined : user.keys.get(call.key);
      const fingerprint = fingerprintOf(call.body);
      if (known) {
        if (known.fingerprint !== fingerprint) return refused(422);
        const todo = user.todos.get(known.id);
        return todo ? showing(201, todo) : refused(404);
      }
      const { id = '', created_at: createdAt = '' } = response.body ?? {};
      const url = `${user.baseUrl}/todo/${id}`;
      const created = {
        ...{ id, url, user: user.id, version: 1, createdAt, updatedAt: createdAt },
        ...withDefaults(call.body, response),
      };
      const { status, shown, next } = showing(201, created);
      if (call.key === undefined) return { status, shown, next };
      const keys = new Map(user.keys).set(call.key, { fingerprint, id });
      return { status, shown, next: { ...next, keys } };
    }
    case 'replace':
    case 'update': {
      const todo = user.todos.get(call.id);
      if (!todo) return refused(404);
      if (!isExpected(todo, call.ifMatch) || isExcluded(todo, call.ifNoneMatch)) return refused(412);
      const changes = call.kind === 'replace' ? withDefaults(call.body, response) : normalized(call.body);
      if (isDeepStrictEqual({ ...todo, ...changes }, todo)) return showing(200, todo);
      const updatedAt = String(response.body?.updated_at);
      return showing(200, { ...todo, ...changes, version: todo.version + 1, updatedAt });
    }
    case 'delete': {
      const todo = user.todos.get(call.id);
      if (!todo) return refused(404);
      if (!isExpected(todo, call.ifMatch) || isExcluded(todo, call.ifNoneMatch)) return refused(412);
      return { ...refused(204), next: without(user, (each) => each.id === call.id) };
    }
    case 'clear':
      return {
        ...refused(204),
        next: without(user, ({ completed }) => call.completed === undefined || completed === call.completed),
      };
  }
}

export function etagOf({ version }: Pick<TodoModel, 'version'>): string {
  return `"${version}"`;
}

/** The body of a response with this todo. */
export function toBody(todo: TodoModel): Record<string, unknown> {
  const { version, createdAt, updatedAt, ...same } = todo;
  return { ...same, created_at: createdAt, updated_at: updatedAt };
}

function without(user: UserModel, isGone: (todo: TodoModel) => boolean): UserModel {
  return { ...user, todos: new Map([...user.todos].filter(([, todo]) => !isGone(todo))) };
}

function normalized({ title, ...others }: SentFields): Partial<TodoFields> {
  const given = { ...(title !== undefined && { title: title.trim() }), ...others };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function withDefaults(body: SentFields & { title: string }, response: ApiResponse): TodoFields {
  const today = new Date().toISOString().slice(0, 10);
  const yesterday = new Date(Date.now() - 60_000).toISOString().slice(0, 10);
  // The day may have changed since the request.
  const date = response.body?.date === yesterday ? yesterday : today;
  return { title: '', completed: false, order: null, date, ...normalized(body) };
}

/** The default date is not part of the fingerprint, because the client did not send it. */
function fingerprintOf(body: SentFields & { title: string }): string {
  const { title, date = '', completed = false, order = null } = normalized(body);
  return JSON.stringify([title, date, completed, order]);
}

/** Evaluates `If-Match` (RFC 9110 §13.1.1): `*`, or a list of ETags with strong comparison. */
function isExpected(todo: TodoModel, ifMatch: string | undefined): boolean {
  if (ifMatch === undefined || ifMatch === '*') return true;
  return ifMatch.split(/, */).includes(etagOf(todo));
}

/** Whether `If-None-Match` names the todo (RFC 9110 §13.1.2): `*`, or a list of ETags with weak comparison. */
function isExcluded(todo: TodoModel, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  return (
    ifNoneMatch === '*' || ifNoneMatch.split(/, */).some((tag) => tag.replace('W/', '') === etagOf(todo))
  );
}
