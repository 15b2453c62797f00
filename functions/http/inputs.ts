import { parseIdempotencyKey } from './idempotency-key.ts';
import {
  failedPrecondition,
  namesOf,
  type Preconditions,
  readPreconditions,
  refusedHeader,
} from './preconditions.ts';
import { ProblemError } from './problem.ts';
import { acceptParameters, type QueryParameters } from './query-parameters.ts';
import type { RequestReader } from './request.ts';
import type { RouteResponse } from './response.ts';

/**
 * What a route takes of a request beside its path. Each part has a function that parses it. A request that has a part
 * which its route does not declare is a 400, because its client meant to narrow or to protect something.
 */
export interface RouteInputs<Query, Body, Conditions> {
  readonly query?: (parameters: QueryParameters) => Query;
  /** Parses what the JSON text of the body stands for. */
  readonly body?: (json: unknown) => Body;
  /**
   * Parses the preconditions of a write. The route must hand them to its store, which evaluates them in the same
   * DynamoDB call as the write. A route that reads needs none: `evaluateRead` evaluates them with the response.
   */
  readonly preconditions?: (preconditions: Preconditions) => Conditions;
  /** Whether the route creates a resource at most once per key. */
  readonly acceptsIdempotencyKey?: true;
}

/** The parsed parts of a request. A part that the route does not declare is undefined. */
export interface Inputs<Query, Body, Conditions> {
  readonly query: Query;
  readonly body: Body;
  readonly preconditions: Conditions;
  readonly idempotencyKey: string | undefined;
}

const noParameters = acceptParameters([]);

/**
 * Parses the parts of a request that its route declares, and refuses all others.
 * @throws {ProblemError} 400, also what the functions of the route throw
 */
export function readInputs<Query, Body, Conditions>(
  request: RequestReader,
  route: RouteInputs<Query, Body, Conditions>,
): Inputs<Query, Body, Conditions> {
  const { query = noParameters, body, preconditions } = route;
  const given = readPreconditions(request.header);
  if (!isRead(request)) refuseIgnored(request, route, given);
  // Without a function of the route, its type parameter is undefined.
  return {
    query: query(request.queryParameters) as Query,
    body: (body ? body(request.json()) : refuseBody(request)) as Body,
    preconditions: preconditions?.(given) as Conditions,
    idempotencyKey: route.acceptsIdempotencyKey && parseIdempotencyKey(request.header('Idempotency-Key')),
  };
}

/** Content of a GET has no meaning either (RFC 9110 §9.3.1): its client may take it for a filter. */
function refuseBody({ hasBody }: RequestReader): undefined {
  if (hasBody) throw new ProblemError('invalid_request', 'This route takes no body.');
}

const isRead = ({ method }: RequestReader) => method === 'GET' || method === 'HEAD';

/** Refuses the headers that make a write safer and that its route would ignore. */
function refuseIgnored(
  { header, method }: RequestReader,
  { preconditions, acceptsIdempotencyKey }: RouteInputs<unknown, unknown, unknown>,
  given: Preconditions,
): void {
  const [ignored] = namesOf(given);
  if (ignored !== undefined && preconditions === undefined) {
    throw refusedHeader(ignored, 'is not evaluated, because the resource has no ETag');
  }
  // No resource has a date of modification. With If-Match, the header must be ignored (RFC 9110 §13.1.4).
  if (header('If-Unmodified-Since') !== undefined && given.ifMatch === undefined) {
    throw refusedHeader('If-Unmodified-Since', 'is not evaluated: send the ETag in If-Match');
  }
  // The body would be taken for the whole (RFC 9110 §14.5).
  if (header('Content-Range') !== undefined) {
    throw refusedHeader('Content-Range', 'is not supported: send the whole representation');
  }
  // The other methods are idempotent.
  if (method === 'POST' && !acceptsIdempotencyKey && header('Idempotency-Key') !== undefined) {
    throw refusedHeader('Idempotency-Key', 'is not evaluated by this route');
  }
}

/**
 * Evaluates the preconditions of a GET or HEAD with the ETag of its response (RFC 9110 §13.2). They count only if the
 * response would be a success.
 * @throws {ProblemError} 412 when `If-Match` does not hold, 400 when the response has no ETag to evaluate them with
 */
export function evaluateRead(request: RequestReader, response: RouteResponse): RouteResponse {
  if (!isRead(request) || response.status >= 300) return response;
  const preconditions = readPreconditions(request.header);
  const [name] = namesOf(preconditions);
  if (name === undefined) return response;
  const { ETag, ...headers } = response.headers ?? {};
  if (ETag === undefined) throw refusedHeader(name, 'is not evaluated, because the resource has no ETag');

  const failed = failedPrecondition(preconditions, ETag);
  if (failed === 'If-Match') {
    throw new ProblemError('stale_version', 'The ETag of the resource is not one of If-Match.');
  }
  if (failed === undefined) return response;
  const cacheControl = headers['Cache-Control'];
  return { status: 304, headers: { ETag, ...(cacheControl && { 'Cache-Control': cacheControl }) } };
}
