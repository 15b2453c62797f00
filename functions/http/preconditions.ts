import type { PreconditionHeader } from '../errors.ts';
import { ProblemError } from './problem.ts';

/** What `If-Match` or `If-None-Match` names: any state, or the states with these entity tags. */
export type EntityTags = '*' | readonly string[];

/** The preconditions of a request (RFC 9110 §13.1.1 and §13.1.2); undefined for a header that it does not have. */
export interface Preconditions {
  readonly ifMatch: EntityTags | undefined;
  readonly ifNoneMatch: EntityTags | undefined;
}

/** DynamoDB compares a version with at most this many others (operands of IN). */
const MAX_TAGS = 100;

const element = /(?:"[^"]*"?|[^,"])+/g;
const entityTag = /^(?:W\/)?"[\x21\x23-\x7e\x80-\u{10ffff}]*"$/u;

/**
 * Reads the preconditions of a request. A malformed header is refused and never ignored, because its client meant to
 * protect something.
 * @param header gives the value of a header
 * @throws {ProblemError} 400 when a header is neither `*` nor a list of entity tags
 */
export function readPreconditions(header: (name: string) => string | undefined): Preconditions {
  const read = (name: PreconditionHeader) => {
    const value = header(name);
    return value === undefined ? undefined : parseEntityTags(name, value);
  };
  return { ifMatch: read('If-Match'), ifNoneMatch: read('If-None-Match') };
}

function parseEntityTags(name: PreconditionHeader, value: string): EntityTags {
  if (value.trim() === '*') return '*';
  const tags = (value.match(element) ?? []).map((text) => text.trim()).filter((text) => text !== '');
  if (tags.length === 0 || !tags.every((tag) => entityTag.test(tag))) {
    throw refusedHeader(name, 'must be * or a list of entity tags in double quotes, such as "1"');
  }
  if (tags.length > MAX_TAGS) throw refusedHeader(name, `must have at most ${MAX_TAGS} entity tags`);
  return tags;
}

/**
 * The precondition that an existing state does not fulfil, in the order of RFC 9110 §13.2.2. `If-Match` compares
 * strongly, and `If-None-Match` weakly (§8.8.3.2).
 * @param etag the entity tag of the state
 * @returns undefined when all preconditions hold
 * @example const failed = failedPrecondition(preconditions, userEtag(user));
 */
export function failedPrecondition(
  { ifMatch = '*', ifNoneMatch = [] }: Preconditions,
  etag: string,
): PreconditionHeader | undefined {
  if (ifMatch !== '*' && (isWeak(etag) || !ifMatch.includes(etag))) return 'If-Match';
  if (ifNoneMatch === '*' || ifNoneMatch.some((tag) => opaque(tag) === opaque(etag))) return 'If-None-Match';
  return undefined;
}

const isWeak = (tag: string) => tag.startsWith('W/');

/** The part of an entity tag that the weak comparison compares. */
export const opaque = (tag: string) => tag.replace(/^W\//, '');

/** The names of the preconditions that a request has. */
export function namesOf({ ifMatch, ifNoneMatch }: Preconditions): readonly PreconditionHeader[] {
  return [
    ...(ifMatch === undefined ? [] : ['If-Match' as const]),
    ...(ifNoneMatch === undefined ? [] : ['If-None-Match' as const]),
  ];
}

/** The error for a header that a route does not accept like this. */
export function refusedHeader(name: string, reason: string): ProblemError {
  return new ProblemError('invalid_request', 'A header is invalid.', { fieldErrors: { [name]: [reason] } });
}
