import * as z from 'zod/mini';
import { type FieldErrors, ProblemError } from './problem.ts';
import type { RequestReader } from './request.ts';

/** All values of each query parameter, as the request has them. */
export type QueryParameters = RequestReader['query'];

/** A query parameter that is a whole number from 1 to 200: how long a page is. */
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
 * Parses a query. Each parameter may occur at most once.
 * @param unknown whether parameters that the schema does not have are ignored or refused
 * @throws {ProblemError} 400 with all errors of the query, by the name of the parameter
 * @example const { limit } = parseQuery(pageQuerySchema, request.query);
 */
export function parseQuery<Schema extends z.ZodMiniObject>(
  schema: Schema,
  query: QueryParameters,
  unknown: 'ignored' | 'refused' = 'ignored',
): z.output<Schema> {
  const parameters = Object.entries(query);
  const single = Object.fromEntries(parameters.map(([name, values]) => [name, values?.[0]]));
  const repeated = parameters.filter(([, values]) => (values?.length ?? 0) > 1).map(([name]) => name);
  const refused =
    unknown === 'refused' ? Object.keys(query).filter((name) => !Object.hasOwn(schema.shape, name)) : [];
  const result = z.safeParse(schema, single);
  if (result.success && repeated.length === 0 && refused.length === 0) return result.data;

  throw invalidQuery({
    ...(result.error && (z.flattenError(result.error).fieldErrors as FieldErrors)),
    ...Object.fromEntries(repeated.map((name) => [name, ['must be given once']])),
    ...Object.fromEntries(refused.map((name) => [name, ['is no parameter of this route']])),
  });
}

/** The error for a query whose parameters do not fit each other. */
export function invalidQuery(fieldErrors: FieldErrors): ProblemError {
  return new ProblemError('invalid_request', 'The query is invalid.', { fieldErrors });
}
