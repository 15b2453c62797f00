import * as z from 'zod/mini';
import type { FieldErrors } from './problem.ts';
import { invalidQuery, type QueryParameters, unknownParameters } from './query-parameters.ts';

/** The most entries on a page. */
export const MAX_LIMIT = 200;

/** A query parameter that is a whole number from 1 to `MAX_LIMIT`: how long a page is. */
export const limitParameter = z
  .string()
  .check(z.regex(/^([1-9]\d?|1\d\d|200)$/, 'must be a whole number from 1 to 200'));

/** A query parameter that is `true` or `false`. `toBoolean` reads it. */
export const booleanParameter = z.optional(z.enum(['true', 'false'], 'must be true or false'));

/** The value of a `booleanParameter`; undefined when it was not given. */
export function toBoolean(text: 'true' | 'false' | undefined): boolean | undefined {
  return text === undefined ? undefined : text === 'true';
}

/**
 * Parses a query. Each parameter may occur at most once, and must be one of the schema.
 * @throws {ProblemError} 400 with all errors of the query, by the name of the parameter
 * @example resourceRoute({ store: createNoteStore, query: (query) => parseQuery(pageQuerySchema, query) }, …)
 */
export function parseQuery<Schema extends z.ZodMiniObject>(
  schema: Schema,
  query: QueryParameters,
): z.output<Schema> {
  const parameters = Object.entries(query);
  const single = Object.fromEntries(parameters.map(([name, values]) => [name, values?.[0]]));
  const repeated = parameters.filter(([, values]) => (values?.length ?? 0) > 1).map(([name]) => name);
  const result = z.safeParse(schema, single);
  const errors = {
    ...(result.error && (z.flattenError(result.error).fieldErrors as FieldErrors)),
    ...Object.fromEntries(repeated.map((name) => [name, ['must be given once']])),
    ...unknownParameters(Object.keys(schema.shape), query),
  };
  if (result.success && Object.keys(errors).length === 0) return result.data;
  throw invalidQuery(errors);
}
