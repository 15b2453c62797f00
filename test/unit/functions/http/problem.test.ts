import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { ProblemError, type ProblemKind, toProblemResponse } from '../../../../functions/http/problem.ts';

const answer = (error: unknown) => toProblemResponse(error, 'request-1');
const withMembers = (members: object) => Object.assign(new Error('an internal detail'), members);

describe('a problem', () => {
  it.each<[ProblemKind, number, string]>([
    ['invalid_request', 400, 'Bad Request'],
    ['invalid_token', 401, 'Unauthorized'],
    ['forbidden', 403, 'Forbidden'],
    ['not_found', 404, 'Not Found'],
    ['precondition_failed', 412, 'Precondition Failed'],
    ['content_too_large', 413, 'Content Too Large'],
    ['unsupported_media_type', 415, 'Unsupported Media Type'],
    ['idempotency_key_reused', 422, 'Unprocessable Content'],
    ['internal_error', 500, 'Internal Server Error'],
    ['service_unavailable', 503, 'Service Unavailable'],
  ])('%s is answered with %i', (kind, status, title) => {
    expect(answer(new ProblemError(kind, 'What happened.'))).toMatchObject({
      kind,
      status,
      headers: { 'Content-Type': 'application/problem+json' },
      body: { type: 'about:blank', title, status, detail: 'What happened.', request_id: 'request-1' },
    });
  });

  it('lists the faults of its fields, and has no such member without any', () => {
    const errors = { title: ['is required'] };
    const bad = new ProblemError('invalid_request', 'Bad.', { fieldErrors: errors });
    expect(answer(bad).body.errors).toEqual(errors);
    expect(answer(new ProblemError('not_found', 'None.')).body).not.toHaveProperty('errors');
  });

  it('challenges for a token with a 401 (RFC 6750), and says when to come back with a 503', () => {
    const header = (kind: ProblemKind, name: string) => answer(new ProblemError(kind, '')).headers[name];
    expect(header('invalid_token', 'WWW-Authenticate')).toBe('Bearer error="invalid_token"');
    expect(header('service_unavailable', 'Retry-After')).toBe('5');
    expect(header('forbidden', 'WWW-Authenticate')).toBeUndefined();
    expect(header('internal_error', 'Retry-After')).toBeUndefined();
  });

  it('does not show its cause', () => {
    const problem = new ProblemError('invalid_request', 'Bad.', { cause: new Error('an internal detail') });
    expect(JSON.stringify(answer(problem))).not.toContain('internal detail');
  });
});

describe('an outage', () => {
  it.each([
    ['a lost connection', withMembers({ code: 'ECONNRESET' })],
    ['a refused connection', withMembers({ code: 'ECONNREFUSED' })],
    ['an unknown host', withMembers({ code: 'ENOTFOUND' })],
    ['a time-out of the SDK', withMembers({ name: 'TimeoutError' })],
    ['throttling', withMembers({ name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } })],
    ['too much throughput', withMembers({ name: 'ProvisionedThroughputExceededException' })],
    [
      'a failure of DynamoDB',
      withMembers({ name: 'InternalServerError', $metadata: { httpStatusCode: 500 } }),
    ],
  ])('is a 503 without internals: %s', (_, error) => {
    const response = answer(error);
    expect(response.status).toBe(503);
    expect(JSON.stringify(response)).not.toContain('internal detail');
  });
});

describe('anything else that is thrown', () => {
  it.each([
    ['a bug', new TypeError('an internal detail')],
    [
      'an unforeseen condition',
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
  ])('is a bare 500: %s', (_, error) => {
    expect(answer(error)).toEqual({
      kind: 'internal_error',
      status: 500,
      headers: { 'Content-Type': 'application/problem+json' },
      body: {
        type: 'about:blank',
        title: 'Internal Server Error',
        status: 500,
        detail: 'An unexpected error occurred.',
        request_id: 'request-1',
      },
    });
  });
});
