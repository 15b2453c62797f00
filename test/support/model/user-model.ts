import type { TodoFields } from '../../../functions/todos/todo.ts';
import type { ApiResponse } from '../client.ts';

/** A todo as its owner must see it. */
export interface TodoModel extends TodoFields {
  readonly id: string;
  readonly version: number;
  readonly user: string;
  readonly url: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What one user has, as far as it was acknowledged. Never changed: each call makes the next one. */
export interface UserModel {
  /** The id that the API gave to the user. */
  readonly id: string;
  /** Under which the API tells the address of each todo. */
  readonly baseUrl: string;
  readonly todos: ReadonlyMap<string, TodoModel>;
  /** By idempotency key, what was asked for and what came of it. */
  readonly keys: ReadonlyMap<string, { readonly fingerprint: string; readonly id: string }>;
}

/** What a client says of a todo; what it leaves out gets its default. */
export type SentFields = { readonly [Field in keyof TodoFields]?: TodoFields[Field] | undefined };

/** A call that changes todos, or reads one. Which todo it is about is said by an id, whoever owns that. */
export type Call =
  | { readonly kind: 'get'; readonly id: string; readonly ifNoneMatch?: string | undefined }
  | {
      readonly kind: 'create';
      readonly body: SentFields & { title: string };
      readonly key?: string | undefined;
    }
  | {
      readonly kind: 'replace';
      readonly id: string;
      readonly body: SentFields & { title: string };
      readonly ifMatch?: string | undefined;
    }
  | {
      readonly kind: 'update';
      readonly id: string;
      readonly body: SentFields;
      readonly ifMatch?: string | undefined;
    }
  | { readonly kind: 'delete'; readonly id: string; readonly ifMatch?: string | undefined }
  | { readonly kind: 'clear'; readonly completed?: boolean | undefined };

/** What the answer must be, and what the user has after it. */
export interface Prediction {
  readonly status: number;
  /** The todo that the answer must show, with its ETag; undefined for an answer that shows none. */
  readonly shown: TodoModel | undefined;
  readonly next: UserModel;
}

/**
 * What the answer to a call must be for a user who has this.
 * @param answer the one that came: only what is the server's to choose is taken from it (a new id, times, today)
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
      return call.ifNoneMatch === etagOf(todo) ? { ...refused(304), shown: todo } : showing(200, todo);
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
      if (!isExpected(todo, call.ifMatch)) return refused(412);
      const changes = call.kind === 'replace' ? withDefaults(call.body, response) : normalized(call.body);
      const updatedAt = String(response.body?.updated_at);
      return showing(200, { ...todo, ...changes, version: todo.version + 1, updatedAt });
    }
    case 'delete': {
      const todo = user.todos.get(call.id);
      if (!todo) return refused(404);
      if (!isExpected(todo, call.ifMatch)) return refused(412);
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

/** The body that shows a todo. */
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
  // Midnight may have passed since the request.
  const date = response.body?.date === yesterday ? yesterday : today;
  return { title: '', completed: false, order: null, date, ...normalized(body) };
}

/** The default date is not part of what was asked for. */
function fingerprintOf(body: SentFields & { title: string }): string {
  const { title, date = '', completed = false, order = null } = normalized(body);
  return JSON.stringify([title, date, completed, order]);
}

/** `If-Match` as RFC 9110 §13.1.1 has it: any, or one of a list, compared strongly. */
function isExpected(todo: TodoModel, ifMatch: string | undefined): boolean {
  if (ifMatch === undefined || ifMatch === '*') return true;
  return ifMatch.split(/, */).includes(etagOf(todo));
}
