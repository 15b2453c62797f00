import { IdempotencyKeyReusedError, NotFoundError, VersionConflictError } from '../errors.ts';
import type { ProblemDetails } from './problem-details.ts';

/**
 * The kinds of problems, with the status and title of each. `type` is `about:blank` (RFC 9457 §4.2.1): the title only
 * names the status, and `detail` says what happened.
 */
const problems = {
  invalid_request: { status: 400, title: 'Bad Request' },
  invalid_token: { status: 401, title: 'Unauthorized' },
  forbidden: { status: 403, title: 'Forbidden' },
  not_found: { status: 404, title: 'Not Found' },
  precondition_failed: { status: 412, title: 'Precondition Failed' },
  content_too_large: { status: 413, title: 'Content Too Large' },
  unsupported_media_type: { status: 415, title: 'Unsupported Media Type' },
  idempotency_key_reused: { status: 422, title: 'Unprocessable Content' },
  precondition_required: { status: 428, title: 'Precondition Required' },
  internal_error: { status: 500, title: 'Internal Server Error' },
  service_unavailable: { status: 503, title: 'Service Unavailable' },
} as const;

export type ProblemKind = keyof typeof problems;

/** Reasons by the name of the field, parameter or header that they are about. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

/**
 * A refusal or failure with a response of its own. `message` is shown to the client as `detail`. Stores throw domain
 * errors instead (../errors.ts).
 */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly kind: ProblemKind;
  readonly fieldErrors: FieldErrors | undefined;

  constructor(
    kind: ProblemKind,
    detail: string,
    options: { fieldErrors?: FieldErrors; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause });
    this.kind = kind;
    this.fieldErrors = options.fieldErrors;
  }
}

export interface ProblemResponse {
  readonly kind: ProblemKind;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ProblemDetails;
}

/** How many seconds a client is asked to wait after a 503 before it tries again. */
export const RETRY_AFTER_SECONDS = 5;

/**
 * Maps anything thrown to the response that the client gets. This is the only place where errors meet HTTP. A
 * ProblemError and a domain error keep their message, an outage of AWS is a 503, and anything else is a bare 500.
 */
export function toProblemResponse(error: unknown, requestId: string): ProblemResponse {
  const problem = asProblem(error);
  const { status, title } = problems[problem.kind];
  return {
    kind: problem.kind,
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      ...(status === 401 && { 'WWW-Authenticate': 'Bearer error="invalid_token"' }),
      ...(status === 503 && { 'Retry-After': String(RETRY_AFTER_SECONDS) }),
    },
    body: {
      type: 'about:blank',
      title,
      status,
      detail: problem.message,
      request_id: requestId,
      ...(problem.fieldErrors && { errors: problem.fieldErrors }),
    },
  };
}

const domainErrors: readonly (readonly [abstract new (...args: never[]) => Error, ProblemKind])[] = [
  [NotFoundError, 'not_found'],
  [VersionConflictError, 'precondition_failed'],
  [IdempotencyKeyReusedError, 'idempotency_key_reused'],
];

function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  for (const [type, kind] of domainErrors) {
    if (error instanceof type) return new ProblemError(kind, error.message);
  }
  if (isOutage(error)) {
    return new ProblemError('service_unavailable', 'The service is temporarily unavailable. Try again.', {
      cause: error,
    });
  }
  return new ProblemError('internal_error', 'An unexpected error occurred.', { cause: error });
}

const throttlingErrors: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'LimitExceededException',
]);
const connectionErrors: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/**
 * Tells an outage, which a later retry can survive, from a bug: by the codes that the AWS SDK and Node.js keep stable.
 * Source: "Error handling with DynamoDB" in the DynamoDB developer guide.
 */
function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } };
  return (
    error.name === 'TimeoutError' ||
    throttlingErrors.has(error.name) ||
    (typeof code === 'string' && connectionErrors.has(code)) ||
    ($metadata?.httpStatusCode ?? 0) >= 500
  );
}
