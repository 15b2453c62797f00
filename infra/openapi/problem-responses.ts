import type { ExamplesObject, PathsObject, ReferenceObject, ResponseObject } from 'openapi3-ts/oas31';
import type { ProblemStatus } from './operation.ts';
import { headersOf, type ResponseHeaderName } from './response-headers.ts';
import { schemaReference } from './schemas.ts';

interface ProblemResponse {
  readonly name: string;
  readonly description: string;
  readonly headers?: readonly ResponseHeaderName[];
}

/** The statuses of problems. Functions and the gateway respond with them. */
const problems: Readonly<Record<ProblemStatus, ProblemResponse>> = {
  400: { name: 'BadRequest', description: 'The request is invalid. `errors` says what is wrong.' },
  401: {
    name: 'Unauthorized',
    description: 'There is no valid access token. `detail` says why.',
    headers: ['WWW-Authenticate'],
  },
  403: {
    name: 'Forbidden',
    description:
      'The token is valid, but it lacks the required scope, or its user has no verified email address. The firewall uses this status too.',
  },
  404: { name: 'NotFound', description: 'You have no such resource.' },
  412: {
    name: 'PreconditionFailed',
    description: 'The resource has changed: its `ETag` is not one of `If-Match`.',
  },
  413: { name: 'ContentTooLarge', description: 'The request is too large.' },
  415: {
    name: 'UnsupportedMediaType',
    description: 'The body is not JSON, or it is compressed.',
  },
  422: { name: 'UnprocessableContent', description: 'The `Idempotency-Key` was used with another body.' },
  428: { name: 'PreconditionRequired', description: 'The request needs an `If-Match` header.' },
  429: {
    name: 'TooManyRequests',
    description: 'There are too many requests. Try again later.',
    headers: ['RateLimit-Policy', 'Retry-After'],
  },
  500: { name: 'InternalServerError', description: 'An unexpected error occurred.' },
  502: { name: 'BadGateway', description: 'An unexpected error occurred.' },
  503: {
    name: 'ServiceUnavailable',
    description: 'The issuer or the database cannot be reached. Try again.',
    headers: ['Retry-After'],
  },
  504: {
    name: 'GatewayTimeout',
    description: 'The request took too long. It may still have taken effect.',
    headers: ['Retry-After'],
  },
};

/** The response with a problem of this status, with its examples. */
function problemResponse(status: ProblemStatus, examples?: ExamplesObject): ResponseObject {
  const { description, headers = [] } = problems[status];
  return {
    description,
    // The gateway's own responses have only the headers that say how to continue.
    headers: headersOf([], ['X-Request-Id', 'Cache-Control', ...headers]),
    content: {
      'application/problem+json': { schema: schemaReference('Problem'), ...(examples && { examples }) },
    },
  };
}

const referenceTo = (status: ProblemStatus) => `#/components/responses/${problems[status].name}`;

/** The responses that several operations share, by their names. */
export function sharedProblems(paths: PathsObject): Record<string, ResponseObject> {
  const document = JSON.stringify(paths);
  const statuses = Object.keys(problems).map((status) => Number(status) as ProblemStatus);
  return Object.fromEntries(
    statuses
      .filter((status) => document.includes(`"${referenceTo(status)}"`))
      .map((status) => [problems[status].name, problemResponse(status)]),
  );
}

/** The response of an operation with a problem: its own if it has examples, else the shared one. */
export function operationProblem(
  status: ProblemStatus,
  examples: ExamplesObject | undefined,
): ResponseObject | ReferenceObject {
  return examples ? problemResponse(status, examples) : { $ref: referenceTo(status) };
}
