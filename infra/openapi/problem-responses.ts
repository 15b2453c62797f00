import type { ExamplesObject, PathsObject, ReferenceObject, ResponseObject } from 'openapi3-ts/oas31';
import { type ProblemKind, problemFragment } from '../../functions/http/problem-kinds.ts';
import type { ProblemStatus } from './operation.ts';
import { describedProblemKinds } from './problem-kinds.ts';
import { headersOf, type ResponseHeaderName } from './response-headers.ts';
import { schemaReference } from './schemas.ts';

interface ProblemResponse {
  readonly name: string;
  readonly headers?: readonly ResponseHeaderName[];
}

const challenge = ['WWW-Authenticate', 'x-amzn-Remapped-WWW-Authenticate'] as const;

/** The statuses of problems. Functions and the gateway respond with them. */
const problems: Readonly<Record<ProblemStatus, ProblemResponse>> = {
  400: { name: 'BadRequest' },
  401: { name: 'Unauthorized', headers: challenge },
  403: { name: 'Forbidden', headers: challenge },
  404: { name: 'NotFound' },
  409: { name: 'Conflict' },
  412: { name: 'PreconditionFailed' },
  413: { name: 'ContentTooLarge' },
  415: { name: 'UnsupportedMediaType' },
  422: { name: 'UnprocessableContent' },
  428: { name: 'PreconditionRequired' },
  429: { name: 'TooManyRequests', headers: ['Retry-After'] },
  431: { name: 'RequestHeaderFieldsTooLarge' },
  500: { name: 'InternalServerError' },
  502: { name: 'BadGateway' },
  503: { name: 'ServiceUnavailable', headers: ['Retry-After'] },
  504: { name: 'GatewayTimeout', headers: ['Retry-After'] },
};

const ask = 'If it happens again, tell the operator of the API the `request_id`.';

interface StatusText {
  readonly kind: ProblemKind;
  readonly meaning: string;
  readonly remedy: string;
}

/** The statuses that share a kind with another status, each with its own text. */
const ownTexts: Readonly<Partial<Record<ProblemStatus, StatusText>>> = {
  431: {
    kind: 'request_refused',
    meaning: 'The headers have more than 10,240 bytes. No route saw the request.',
    remedy: 'Send shorter or fewer headers.',
  },
  500: {
    kind: 'internal_error',
    meaning: 'The API met an unexpected error. A write may have taken effect.',
    remedy: `After a write, get the resource to see whether it has changed. ${ask}`,
  },
  502: {
    kind: 'internal_error',
    meaning: 'The function of the route crashed before it could respond. A write may have taken effect.',
    remedy: `After a write, get the resource to see whether it has changed. Then send the request again. ${ask}`,
  },
};

/** What each kind of problem with this status means. */
function describeStatus(status: ProblemStatus): string {
  const own = ownTexts[status];
  const kinds = own
    ? [{ ...own, fragment: problemFragment(own.kind) }]
    : describedProblemKinds.filter((kind) => kind.status === status);
  return kinds.map(({ fragment, meaning, remedy }) => `\`#${fragment}\`: ${meaning} ${remedy}`).join('\n\n');
}

/** The response with a problem of this status, with its examples. */
function problemResponse(status: ProblemStatus, examples?: ExamplesObject): ResponseObject {
  const { headers = [] } = problems[status];
  return {
    description: describeStatus(status),
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
