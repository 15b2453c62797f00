import * as z from 'zod/mini';
import { isUlid } from '../dynamodb/ulid.ts';
import { parseBody } from '../http/body.ts';
import { cursorParameter, decodeCursor, foreignCursorErrors } from '../http/cursor.ts';
import type { FieldErrors } from '../http/problem.ts';
import { booleanParameter, limitParameter, parseQuery, toBoolean } from '../http/query.ts';
import { invalidQuery, type QueryParameters } from '../http/query-parameters.ts';
import type { TodoChanges, TodoCursor, TodoFields, TodoQuery } from './todo.ts';

const requiredOr = (reason: string) => (issue: { readonly input?: unknown }) =>
  issue.input === undefined ? 'is required' : reason;

const date = z.iso.date('must be a calendar day as YYYY-MM-DD');

/** What a client may send for each field. */
const fields = {
  title: z.string({ error: requiredOr('must be a string') }).check(
    z.trim(),
    z.minLength(1, 'must not be blank'),
    z.refine((text) => codePoints(text) <= 1_000, 'must not be longer than 1,000 characters'),
    z.refine((text) => text.isWellFormed(), 'must be well-formed Unicode'),
  ),
  date,
  completed: z.boolean('must be true or false'),
  /** Numbers that DynamoDB keeps exactly and the SDK agrees to send. */
  order: z.nullable(
    z.number('must be a number or null').check(
      z.gte(Number.MIN_SAFE_INTEGER, 'must not be less than -9007199254740991'),
      z.lte(Number.MAX_SAFE_INTEGER, 'must not be greater than 9007199254740991'),
      z.refine((value) => value === 0 || Math.abs(value) >= 1e-100, 'must not be closer to 0 than 1e-100'),
    ),
  ),
} satisfies Record<keyof TodoFields, z.ZodMiniType>;

const objectRequired = 'The body must be a JSON object.';

/** The body of `POST /todo` and `PUT /todo/{id}`. Other members belong to the server and are ignored. */
export const newTodoSchema = z.object(
  {
    ...fields,
    date: z.optional(fields.date),
    completed: z._default(fields.completed, false),
    order: z._default(fields.order, null),
  },
  objectRequired,
);

/** The body of `PATCH /todo/{id}`: any of the fields. */
export const todoChangesSchema = z.partial(z.object(fields, objectRequired));

/** The query of `GET /todo`, each parameter as the text that it is. */
export const listQuerySchema = z.object({
  limit: z._default(limitParameter, '100'),
  cursor: cursorParameter,
  completed: booleanParameter,
  date_from: z.optional(date),
  date_to: z.optional(date),
  ordering: z.optional(
    z.enum(['date', '-date', 'created', '-created'], 'must be one of date, -date, created, -created'),
  ),
});

/** The query of `DELETE /todo`. */
export const clearQuerySchema = z.object({ completed: booleanParameter });

/** The fields of a new todo as the body has them: a missing date stands for the day of creation. */
export type NewTodo = Omit<TodoFields, 'date'> & { readonly date?: string | undefined };

/**
 * Parses the body of a new todo.
 * @throws {ProblemError} 400 with all errors of the body
 */
export function parseNewTodo(body: unknown): NewTodo {
  return parseBody(newTodoSchema, body);
}

/**
 * The fields of a new todo.
 * @param time milliseconds since the epoch; its day in UTC is the default date
 */
export function withDefaultDate(newTodo: NewTodo, time: number): TodoFields {
  return { ...newTodo, date: newTodo.date ?? new Date(time).toISOString().slice(0, 10) };
}

/**
 * Parses the body of a change.
 * @throws {ProblemError} 400 with all errors of the body
 */
export function parseTodoChanges(body: unknown): TodoChanges {
  return parseBody(todoChangesSchema, body);
}

/**
 * Parses the query of `GET /todo`. The indexes that are ordered by date have the day in their keys, and no other index
 * has it. A page of a date range in the order of creation would have to read the whole range. So a range is ordered by
 * date, and another order with it is refused.
 * @throws {ProblemError} 400 with all errors of the query
 */
export function parseTodoQuery(query: QueryParameters): TodoQuery {
  const parameters = parseQuery(listQuerySchema, query);
  const { limit, cursor, completed, date_from: dateFrom, date_to: dateTo, ordering } = parameters;
  const hasRange = dateFrom !== undefined || dateTo !== undefined;
  const orderBy = (ordering ?? (hasRange ? 'date' : 'created')).replace('-', '') as TodoQuery['orderBy'];
  const after = cursor === undefined ? undefined : decodeTodoCursor(cursor);
  const isInRange =
    after?.orderBy !== 'date' ||
    ((dateFrom ?? after.date) <= after.date && after.date <= (dateTo ?? after.date));
  const errors: FieldErrors = {
    ...(hasRange &&
      orderBy === 'created' && {
        ordering: ['must be date or -date together with date_from or date_to'],
      }),
    ...(dateFrom !== undefined &&
      dateTo !== undefined &&
      dateFrom > dateTo && { date_from: ['must not be after date_to'] }),
    ...(cursor !== undefined && (after?.orderBy !== orderBy || !isInRange) && foreignCursorErrors),
  };
  if (Object.keys(errors).length > 0) throw invalidQuery(errors);

  return {
    limit: Number(limit),
    orderBy,
    descending: ordering?.startsWith('-') ?? false,
    completed: toBoolean(completed),
    dateFrom,
    dateTo,
    after,
  };
}

/**
 * Parses the query of `DELETE /todo`.
 * @throws {ProblemError} 400 when the filter is malformed or misspelt: deleting too much cannot be undone
 */
export function parseClearQuery(query: QueryParameters): { completed: boolean | undefined } {
  return { completed: toBoolean(parseQuery(clearQuerySchema, query).completed) };
}

/** The parts of a cursor, for `encodeCursor`. */
export function todoCursorParts(cursor: TodoCursor): readonly string[] {
  return cursor.orderBy === 'date' ? [cursor.id, cursor.date] : [cursor.id];
}

const day = /^\d{4}-\d{2}-\d{2}$/;

/** @returns undefined when the text is no cursor of a list of todos */
function decodeTodoCursor(text: string): TodoCursor | undefined {
  const [id, date, ...rest] = decodeCursor(text) ?? [];
  if (id === undefined || !isUlid(id) || rest.length > 0) return undefined;
  if (date === undefined) return { orderBy: 'created', id };
  return day.test(date) ? { orderBy: 'date', id, date } : undefined;
}

/** Length as people count, in code points: an emoji is one character, not two. */
function codePoints(text: string): number {
  return Array.from(text).length;
}
