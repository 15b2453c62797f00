import { type FieldErrors, ProblemError } from './problem.ts';
import type { RequestReader } from './request.ts';

/** All values of each query parameter, as the request has them. */
export type QueryParameters = RequestReader['queryParameters'];

/** The most edits between a misspelt name and the name that is suggested for it. */
const MAX_EDITS = 2;

/** The shortest beginning of a name that suggests the name. */
const MIN_BEGINNING = 4;

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

/** The known name that a name was meant to be: it differs by a few edits, or only its beginning was given. */
function closestName(name: string, known: readonly string[]): string | undefined {
  const wanted = simplify(name);
  const ranked = known
    .map((candidate) => ({ candidate, edits: editsBetween(wanted, simplify(candidate)) }))
    .filter(({ candidate, edits }) => edits <= Math.min(MAX_EDITS, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.edits - b.edits);
  const isBeginning = (candidate: string) =>
    wanted.length >= MIN_BEGINNING && simplify(candidate).startsWith(wanted);
  return ranked[0]?.candidate ?? known.find(isBeginning);
}

/** Names in other conventions are the same name: `dateFrom`, `date-from` and `date_from[]`. */
function simplify(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** The edit distance of Levenshtein. */
function editsBetween(a: string, b: string): number {
  // Such names are never close, and a long name would take long.
  if (Math.abs(a.length - b.length) > MAX_EDITS) return Number.POSITIVE_INFINITY;
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
