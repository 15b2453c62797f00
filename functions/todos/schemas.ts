import * as z from 'zod/mini';
import { type FieldErrors, ProblemError } from '../http/problem.ts';
import { type Cursor, decodeCursor } from './cursor.ts';

const requiredOr = (reason: string) => (issue: { readonly input?: unknown }) =>
  issue.input === undefined ? 'is required' : reason;

const title = z.string({ error: requiredOr('must be a string') }).check(
  z.trim(),
  z.minLength(1, 'must not be blank'),
  z.refine((text) => codePoints(text) <= 1_000, 'must not be longer than 1,000 characters'),
  z.refine((text) => text.isWellFormed(), 'must be well-formed Unicode'),
);
const date = z.iso.date('must be a calendar day as YYYY-MM-DD');
const completed = z.boolean('must be true or false');
/** Numbers that DynamoDB keeps exactly and the SDK agrees to send. */
const order = z.nullable(
  z.number('must be a number or null').check(
    z.gte(Number.MIN_SAFE_INTEGER, 'must not be less than -9007199254740991'),
    z.lte(Number.MAX_SAFE_INTEGER, 'must not be greater than 9007199254740991'),
    z.refine((value) => value === 0 || Math.abs(value) >= 1e-100, 'must not be closer to 0 than 1e-100'),
  ),
);

const objectRequired = 'The body must be a JSON object.';

/** The body of `POST /todo` and `PUT /todo/{id}`. Other members are the server's and ignored. */
export const newTodoSchema = z.object(
  { title, date: z.optional(date), completed: z._default(completed, false), order: z._default(order, null) },
  objectRequired,
);

/** The body of `PATCH /todo/{id}`: any of the same members. */
export const todoChangesSchema = z.object(
  {
    title: z.optional(title),
    date: z.optional(date),
    completed: z.optional(completed),
    order: z.optional(order),
  },
  objectRequired,
);

const completedFilter = z.optional(z.enum(['true', 'false'], 'must be true or false'));

const limit = z.string().check(z.regex(/^([1-9]\d?|1\d\d|200)$/, 'must be a whole number from 1 to 200'));

/** The query of `GET /todo`, each parameter as the text that it is in the address. */
export const listQuerySchema = z.object({
  limit: z._default(limit, '100'),
  cursor: z.optional(z.string()),
  completed: completedFilter,
  date_from: z.optional(date),
  date_to: z.optional(date),
  ordering: z.optional(
    z.enum(['date', '-date', 'created', '-created'], 'must be one of date, -date, created, -created'),
  ),
});

/** The query of `GET /me/export`. */
export const exportQuerySchema = z.object({
  limit: z._default(limit, '200'),
  cursor: z.optional(z.string()),
});

/** The query of `DELETE /todo`. */
export const clearQuerySchema = z.object({ completed: completedFilter });

/** What a client can say of a todo. */
export interface TodoFields {
  readonly title: string;
  /** A calendar day, `YYYY-MM-DD`. */
  readonly date: string;
  readonly completed: boolean;
  readonly order: number | null;
}

export type TodoChanges = { readonly [Field in keyof TodoFields]?: TodoFields[Field] | undefined };

/** A todo as it is stored. */
export interface Todo extends TodoFields {
  readonly id: string;
  readonly userId: string;
  /** Counts the states of this todo from 1. */
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
}

/** What a list shows: everything but the version, which no index carries. */
export type ListedTodo = Omit<Todo, 'version'>;

/** Which todos, in which order, from where on. */
export interface TodoQuery {
  readonly limit: number;
  readonly orderBy: Cursor['orderBy'];
  readonly descending: boolean;
  readonly completed: boolean | undefined;
  /** First and last calendar day, both included; only when ordered by date. */
  readonly dateFrom: string | undefined;
  readonly dateTo: string | undefined;
  readonly after: Cursor | undefined;
}

/**
 * @param today the default date, `YYYY-MM-DD`
 * @throws {ProblemError} 400 with all faults of the body
 */
export function parseNewTodo(body: unknown, today: string): TodoFields {
  const { date = today, ...fields } = parseBody(newTodoSchema, body);
  return { ...fields, date };
}

/** @throws {ProblemError} 400 with all faults of the body */
export function parseTodoChanges(body: unknown): TodoChanges {
  return parseBody(todoChangesSchema, body);
}

/**
 * Days are in the key of the indexes that are ordered by date, and of no other: a page of a date range in the
 * order of creation would have to read the whole range. So a range is ordered by date, and asking for
 * another order with it is refused.
 * @throws {ProblemError} 400 with all faults of the query
 */
export function parseTodoQuery(query: QueryParameters): TodoQuery {
  const {
    limit,
    cursor,
    completed,
    date_from: dateFrom,
    date_to: dateTo,
    ordering,
  } = parseQuery(listQuerySchema, query);
  const hasRange = dateFrom !== undefined || dateTo !== undefined;
  const orderBy = (ordering ?? (hasRange ? 'date' : 'created')).replace('-', '') as Cursor['orderBy'];
  const isReversed = dateFrom !== undefined && dateTo !== undefined && dateFrom > dateTo;
  const after = cursor === undefined ? undefined : decodeCursor(cursor);
  const inRange =
    after?.orderBy !== 'date' ||
    ((dateFrom ?? after.date) <= after.date && after.date <= (dateTo ?? after.date));
  const isOfAnotherList = cursor !== undefined && (after?.orderBy !== orderBy || !inRange);
  const faults: FieldErrors = {
    ...(hasRange &&
      orderBy === 'created' && {
        ordering: ['must be date or -date together with date_from or date_to'],
      }),
    ...(isReversed && { date_from: ['must not be after date_to'] }),
    ...(isOfAnotherList && foreignCursor),
  };
  if (Object.keys(faults).length > 0) throw invalidQuery(faults);

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

const foreignCursor: FieldErrors = {
  cursor: ['is not a cursor of this list: take it from the Link header'],
};

/**
 * A page of all todos, in the order of creation.
 * @throws {ProblemError} 400 with all faults of the query
 */
export function parseExportQuery(query: QueryParameters): TodoQuery {
  const { limit, cursor } = parseQuery(exportQuerySchema, query);
  const after = cursor === undefined ? undefined : decodeCursor(cursor);
  if (cursor !== undefined && after?.orderBy !== 'created') throw invalidQuery(foreignCursor);
  return {
    limit: Number(limit),
    orderBy: 'created',
    descending: false,
    completed: undefined,
    dateFrom: undefined,
    dateTo: undefined,
    after,
  };
}

/** @throws {ProblemError} 400 when the filter is malformed or misspelt: clearing too much cannot be undone */
export function parseClearQuery(query: QueryParameters): { completed: boolean | undefined } {
  const { completed } = parseQuery(clearQuerySchema, query);
  const unknown = Object.keys(query).filter((name) => !Object.hasOwn(clearQuerySchema.shape, name));
  if (unknown.length > 0) {
    throw invalidQuery(Object.fromEntries(unknown.map((name) => [name, ['is no parameter of this route']])));
  }
  return { completed: toBoolean(completed) };
}

type QueryParameters = Readonly<Record<string, readonly string[] | undefined>>;

function parseQuery<Output>(schema: z.ZodMiniType<Output>, query: QueryParameters): Output {
  const parameters = Object.entries(query);
  const single = Object.fromEntries(parameters.map(([name, values]) => [name, values?.[0]]));
  const repeated = parameters.filter(([, values]) => (values?.length ?? 0) > 1);
  const result = z.safeParse(schema, single);
  if (result.success && repeated.length === 0) return result.data;

  throw invalidQuery({
    ...(result.error && (z.flattenError(result.error).fieldErrors as FieldErrors)),
    ...Object.fromEntries(repeated.map(([name]) => [name, ['must be given once']])),
  });
}

function parseBody<Output>(schema: z.ZodMiniType<Output>, body: unknown): Output {
  const result = z.safeParse(schema, body);
  if (result.success) return result.data;

  const { formErrors, fieldErrors } = z.flattenError(result.error);
  throw new ProblemError('invalid_request', formErrors[0] ?? 'The body is invalid.', {
    ...(formErrors.length === 0 && { fieldErrors: fieldErrors as FieldErrors }),
  });
}

function invalidQuery(fieldErrors: FieldErrors): ProblemError {
  return new ProblemError('invalid_request', 'The query is invalid.', { fieldErrors });
}

function toBoolean(text: 'true' | 'false' | undefined): boolean | undefined {
  return text === undefined ? undefined : text === 'true';
}

/** Length as people count, in code points: an emoji is one character, not two. */
function codePoints(text: string): number {
  return Array.from(text).length;
}
