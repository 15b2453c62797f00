import { closestName } from './closest-name.ts';
import { type FieldErrors, ProblemError } from './problem.ts';
import type { RequestReader } from './request.ts';

/** All values of each query parameter, as the request has them. */
export type QueryParameters = RequestReader['queryParameters'];

/**
 * The errors of the parameters that a route does not have. A client sends a parameter to narrow what the route does, so
 * none is ignored. This file needs no schema library, because every route refuses unknown parameters.
 * @param known the names of the route's parameters
 */
export function unknownParameters(known: readonly string[], query: QueryParameters): FieldErrors {
  const unknown = Object.keys(query).filter((name) => !known.includes(name));
  return Object.fromEntries(
    unknown.map((name) => {
      const closest = closestName(name, known);
      const suggestion = closest === undefined ? '' : `: did you mean ${closest}?`;
      return [name, [`is no parameter of this route${suggestion}`]];
    }),
  );
}

/**
 * Accepts these parameters with any value, for a route that does not read them, and refuses others.
 * @throws {ProblemError} 400 that names the unknown parameters
 * @example resourceRoute({ store: createNoteStore, query: acceptParameters(['lang']) }, …)
 */
export function acceptParameters(known: readonly string[]): (query: QueryParameters) => void {
  return (query) => {
    const errors = unknownParameters(known, query);
    if (Object.keys(errors).length > 0) throw invalidQuery(errors);
  };
}

/** The error for a query whose parameters are unknown, malformed, or do not fit each other. */
export function invalidQuery(fieldErrors: FieldErrors): ProblemError {
  return new ProblemError('invalid_request', 'The query is invalid.', { fieldErrors });
}
