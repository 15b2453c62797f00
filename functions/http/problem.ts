import {
  IdempotencyKeyReusedError,
  InvalidResponseError,
  isStorageFull,
  NotFoundError,
  UnfinishedBatchError,
  VersionConflictError,
} from '../errors.ts';
import { type BearerError, bearerChallenge } from './challenge.ts';
import type { ProblemDetails } from './problem-details.ts';
import { type ProblemKind, problemKinds, problemType } from './problem-kinds.ts';

export type { ProblemKind } from './problem-kinds.ts';

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
  /** The scopes that the token lacks, separated by spaces. */
  readonly scope: string | undefined;

  constructor(
    kind: ProblemKind,
    detail: string,
    options: { fieldErrors?: FieldErrors; scope?: string | undefined; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause });
    this.kind = kind;
    this.fieldErrors = options.fieldErrors;
    this.scope = options.scope;
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

/** The kinds that are about the access token, with their error codes in `WWW-Authenticate`. */
const bearerErrors: Readonly<Partial<Record<ProblemKind, BearerError>>> = {
  token_expired: 'invalid_token',
  invalid_token: 'invalid_token',
  insufficient_scope: 'insufficient_scope',
  profile_missing: 'insufficient_scope',
};

const deployedDocsPath = process.env.DOCS_PATH ?? '/docs';

/**
 * Maps anything thrown to the response that the client gets. This is the only place where errors meet HTTP. A
 * ProblemError and a domain error keep their message, an outage of AWS is a 503, and anything else is a bare 500.
 * @param docsPath the path of the docs page, which has a section about each kind of problem
 */
export function toProblemResponse(
  error: unknown,
  requestId: string,
  docsPath = deployedDocsPath,
): ProblemResponse {
  const problem = asProblem(error);
  const { status, title } = problemKinds[problem.kind];
  const bearerError = bearerErrors[problem.kind];
  return {
    kind: problem.kind,
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      ...(bearerError && {
        'WWW-Authenticate': bearerChallenge({
          error: bearerError,
          description: problem.message,
          scope: problem.scope,
        }),
      }),
      ...(status === 503 && { 'Retry-After': String(RETRY_AFTER_SECONDS) }),
    },
    body: {
      type: problemType(docsPath, problem.kind),
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
  [VersionConflictError, 'stale_version'],
  [IdempotencyKeyReusedError, 'idempotency_key_reused'],
];

function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  for (const [type, kind] of domainErrors) {
    if (error instanceof type) return new ProblemError(kind, error.message);
  }
  if (isStorageFull(error)) {
    return new ProblemError(
      'storage_full',
      'Your data have reached 10 GB. Delete something, and try again.',
      {
        cause: error,
      },
    );
  }
  if (isOutage(error)) {
    return new ProblemError('service_unavailable', 'The service is temporarily unavailable. Try again.', {
      cause: error,
    });
  }
  return new ProblemError('internal_error', 'An unexpected error occurred.', { cause: error });
}

/** The errors of AWS that time, or an operator, ends without a change of the code. */
const outages: ReadonlySet<string> = new Set([
  'TimeoutError',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'LimitExceededException',
  'ReplicatedWriteConflictException',
  // The credentials of a role are temporary, and Lambda renews them.
  'ExpiredToken',
  'ExpiredTokenException',
  'UnrecognizedClientException',
]);

/**
 * Whether the key that encrypts the table cannot be used. DynamoDB has no error of its own for it.
 * Source: the messages in aws/aws-cdk issues 10010 and 18616.
 */
function isKeyRefusal({ name, message }: Error): boolean {
  return name.startsWith('KMS') || (name === 'AccessDeniedException' && message.startsWith('KMS key'));
}

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
    error instanceof InvalidResponseError ||
    error instanceof UnfinishedBatchError ||
    outages.has(error.name) ||
    isKeyRefusal(error) ||
    (typeof code === 'string' && connectionErrors.has(code)) ||
    ($metadata?.httpStatusCode ?? 0) >= 500
  );
}
