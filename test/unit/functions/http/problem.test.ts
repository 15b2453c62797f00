import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import {
  IdempotencyKeyReusedError,
  InvalidResponseError,
  NotFoundError,
  UnfinishedBatchError,
  VersionConflictError,
} from '../../../../functions/errors.ts';
import { ProblemError, type ProblemKind, toProblemResponse } from '../../../../functions/http/problem.ts';
import { problemDetailsSchema } from '../../../../functions/http/problem-details.ts';

const respond = (error: unknown) => toProblemResponse(error, 'request-1');
const withMembers = (members: object) => Object.assign(new Error('an internal detail'), members);

describe('a problem', () => {
  it.each<[ProblemKind, number, string]>([
    ['invalid_request', 400, 'Bad Request'],
    ['token_expired', 401, 'Unauthorized'],
    ['invalid_token', 401, 'Unauthorized'],
    ['insufficient_scope', 403, 'Forbidden'],
    ['forbidden', 403, 'Forbidden'],
    ['not_found', 404, 'Not Found'],
    ['storage_full', 409, 'Conflict'],
    ['stale_version', 412, 'Precondition Failed'],
    ['content_too_large', 413, 'Content Too Large'],
    ['unsupported_media_type', 415, 'Unsupported Media Type'],
    ['idempotency_key_reused', 422, 'Unprocessable Content'],
    ['precondition_required', 428, 'Precondition Required'],
    ['internal_error', 500, 'Internal Server Error'],
    ['service_unavailable', 503, 'Service Unavailable'],
  ])('%s is a %i', (kind, status, title) => {
    expect(respond(new ProblemError(kind, 'What happened.'))).toMatchObject({
      kind,
      status,
      headers: { 'Content-Type': 'application/problem+json' },
      body: { title, status, detail: 'What happened.', request_id: 'request-1' },
    });
  });

  it('lists the errors of its fields, and omits the list without errors', () => {
    const errors = { title: ['is required'] };
    const bad = new ProblemError('invalid_request', 'Bad.', { fieldErrors: errors });
    expect(respond(bad).body.errors).toEqual(errors);
    expect(respond(new ProblemError('not_found', 'None.')).body).not.toHaveProperty('errors');
  });

  it.each([
    ['/sandbox/docs', '/sandbox/docs#stale-version'],
    ['/docs', '/docs#stale-version'],
  ])('has a type that is its section on the docs page: %s', (docsPath, type) => {
    const stale = new ProblemError('stale_version', 'The todo has changed.');
    expect(toProblemResponse(stale, 'request-1', docsPath).body.type).toBe(type);
  });

  it.each<[ProblemKind, object, string]>([
    [
      'token_expired',
      {},
      'Bearer realm="todo-api", error="invalid_token", error_description="What happened."',
    ],
    [
      'insufficient_scope',
      { scope: 'write:todos' },
      'Bearer realm="todo-api", error="insufficient_scope", error_description="What happened.", scope="write:todos"',
    ],
    [
      'profile_missing',
      { scope: 'openid email' },
      'Bearer realm="todo-api", error="insufficient_scope", error_description="What happened.", scope="openid email"',
    ],
  ])('has a challenge if another token would help (RFC 6750 §3): %s', (kind, options, challenge) => {
    const { headers } = respond(new ProblemError(kind, 'What happened.', options));
    expect(headers['WWW-Authenticate']).toBe(challenge);
  });

  it('has no challenge if another token of the user would not help', () => {
    for (const kind of ['forbidden', 'machine_token', 'email_unverified', 'not_found'] as const)
      expect(respond(new ProblemError(kind, '')).headers).not.toHaveProperty('WWW-Authenticate');
  });

  it('has Retry-After with a 503', () => {
    expect(respond(new ProblemError('service_unavailable', '')).headers['Retry-After']).toBe('5');
    expect(respond(new ProblemError('internal_error', '')).headers).not.toHaveProperty('Retry-After');
  });

  it('does not contain its cause', () => {
    const cause = new Error('an internal detail');
    const problem = new ProblemError('invalid_request', 'Bad.', { cause });
    expect(problem.cause).toBe(cause);
    expect(JSON.stringify(respond(problem))).not.toContain('internal detail');
  });
});

describe('a domain error', () => {
  class NoteNotFound extends NotFoundError {}
  class NoteVersionConflict extends VersionConflictError {}

  it.each<[Error, ProblemKind, number, string]>([
    [new NoteNotFound('There is no such note.'), 'not_found', 404, 'There is no such note.'],
    [
      new NoteVersionConflict('note', 'If-Match'),
      'stale_version',
      412,
      'The note has changed: its ETag is not one of If-Match.',
    ],
    [
      new IdempotencyKeyReusedError(),
      'idempotency_key_reused',
      422,
      'This Idempotency-Key was used with another body.',
    ],
  ])('keeps its message: %s', (error, kind, status, detail) => {
    expect(respond(error)).toMatchObject({ kind, status, body: { status, detail } });
  });
});

describe('the body of every problem', () => {
  it('matches the schema of the API description', () => {
    const fieldErrors = { title: ['is required'] };
    for (const error of [new ProblemError('invalid_request', 'Bad.', { fieldErrors }), new Error('a bug')]) {
      const { body } = respond(error);
      expect(z.parse(problemDetailsSchema, body)).toEqual(body);
    }
    expect(z.safeParse(problemDetailsSchema, { ...respond(null).body, type: 'about:blank' }).success).toBe(
      false,
    );
  });
});

it('a user whose items DynamoDB lets not grow is told to delete some', () => {
  const full = withMembers({
    name: 'ItemCollectionSizeLimitExceededException',
    $metadata: { httpStatusCode: 400 },
  });
  expect(respond(full)).toMatchObject({
    kind: 'storage_full',
    status: 409,
    body: {
      type: '/docs#storage-full',
      title: 'Conflict',
      detail: 'Your data have reached 10 GB. Delete something, and try again.',
    },
  });
  expect(JSON.stringify(respond(full))).not.toContain('internal detail');
});

describe('an outage', () => {
  it.each([
    ['a lost connection', withMembers({ code: 'ECONNRESET' })],
    ['a refused connection', withMembers({ code: 'ECONNREFUSED' })],
    ['an unknown host', withMembers({ code: 'ENOTFOUND' })],
    ['a closed connection', withMembers({ code: 'EPIPE' })],
    ['a connection that takes too long', withMembers({ code: 'ETIMEDOUT' })],
    ['a name server that does not respond', withMembers({ code: 'EAI_AGAIN' })],
    ['an unreachable host', withMembers({ code: 'EHOSTUNREACH' })],
    ['an unreachable network', withMembers({ code: 'ENETUNREACH' })],
    ['a time-out of the SDK', withMembers({ name: 'TimeoutError' })],
    ['throttling', withMembers({ name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } })],
    ['too much throughput', withMembers({ name: 'ProvisionedThroughputExceededException' })],
    ['too many requests', withMembers({ name: 'RequestLimitExceeded' })],
    ['a limit of the account', withMembers({ name: 'LimitExceededException' })],
    [
      'a failure of DynamoDB',
      withMembers({ name: 'InternalServerError', $metadata: { httpStatusCode: 500 } }),
    ],
    ['a response that is none of DynamoDB', new InvalidResponseError('an internal detail')],
    ['a batch that DynamoDB left unfinished', new UnfinishedBatchError()],
    [
      'expired credentials',
      withMembers({ name: 'ExpiredTokenException', $metadata: { httpStatusCode: 400 } }),
    ],
    ['unknown credentials', withMembers({ name: 'UnrecognizedClientException' })],
    ['a conflict of global tables', withMembers({ name: 'ReplicatedWriteConflictException' })],
    [
      'a key that must not be used',
      withMembers({
        name: 'AccessDeniedException',
        message: 'KMS key access denied error: an internal detail',
        $metadata: { httpStatusCode: 400 },
      }),
    ],
    ['a key that is refused', withMembers({ name: 'KMSAccessDenied', $metadata: { httpStatusCode: 400 } })],
    ['a key that is disabled', withMembers({ name: 'KMSDisabledException' })],
  ])('is a 503 without internal details: %s', (_, error) => {
    const response = respond(error);
    expect(response.status).toBe(503);
    expect(response.body.detail).toBe('The service is temporarily unavailable. Try again.');
    expect(JSON.stringify(response)).not.toContain('internal detail');
  });
});

describe('any other thrown value', () => {
  it.each([
    ['a bug', new TypeError('an internal detail')],
    [
      'an unexpected failed condition',
      new ConditionalCheckFailedException({
        message: 'an internal detail',
        $metadata: { httpStatusCode: 400 },
      }),
    ],
    [
      'a missing permission',
      withMembers({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } }),
    ],
    ['an error of another code', withMembers({ code: 'ERR_INVALID_ARG_TYPE' })],
    ['a text', 'an internal detail'],
    ['an object that looks like a problem', { kind: 'not_found', message: 'an internal detail' }],
    ['null', null],
    ['undefined', undefined],
  ])('is a 500 without details: %s', (_, error) => {
    expect(respond(error)).toEqual({
      kind: 'internal_error',
      status: 500,
      headers: { 'Content-Type': 'application/problem+json' },
      body: {
        type: '/docs#internal-error',
        title: 'Internal Server Error',
        status: 500,
        detail: 'An unexpected error occurred.',
        request_id: 'request-1',
      },
    });
  });
});
