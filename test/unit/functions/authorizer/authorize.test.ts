import type { APIGatewayAuthorizerResult, Context } from 'aws-lambda';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type AuthorizerDependencies, createAuthorizer } from '../../../../functions/authorizer/authorize.ts';
import {
  AuthorizationServerError,
  NotYetAcceptableError,
  TokenError,
} from '../../../../functions/authorizer/errors.ts';
import { readCaller } from '../../../../functions/http/caller.ts';
import { createColdStart } from '../../../../functions/observability/cold-start.ts';
import { createLogger } from '../../../../functions/observability/logger.ts';
import { linesOf, stubLoggingOfProduction } from '../../../support/log-lines.ts';

const methodArn = 'arn:aws:execute-api:eu-central-1:123456789012:api/sandbox/GET/todo';
const caller = {
  kind: 'user' as const,
  userId: 'u1',
  email: 'private@example.com',
  subject: 'auth0|1',
  scopes: ['a', 'b'],
  expiresAt: 2_000,
};

function setUp(changes: Partial<AuthorizerDependencies> = {}) {
  const logged: string[] = [];
  let time = 100;
  const writeAt = (level: string) => (message: string, fields: object, measurements?: object) =>
    logged.push(JSON.stringify({ level, message, ...fields, ...measurements }));
  const seen: string[] = [];
  const handler = createAuthorizer({
    verifyToken: async (token) => {
      seen.push(token);
      return {
        issuer: 'https://tenant.eu.auth0.com/',
        subject: 'auth0|1',
        opensProfile: true,
        expiresAt: 2_000,
        scopes: [],
        isMachine: false,
        claims: {},
      };
    },
    identify: async () => caller,
    log: { info: writeAt('info'), warn: writeAt('warn'), error: writeAt('error') },
    takeColdStart: () => undefined,
    now: () => time++,
    ...changes,
  });
  const authorize = (authorizationToken = 'Bearer a.b.c', awsRequestId = 'r1') =>
    handler(
      { type: 'TOKEN', methodArn, authorizationToken },
      { awsRequestId } as Context,
      () => {},
    ) as Promise<APIGatewayAuthorizerResult>;
  return { authorize, logged, seen };
}

describe('the authorizer', () => {
  it('allows all methods of its stage and no other stage, with a context that the routes can read', async () => {
    const { principalId, policyDocument, context } = await setUp().authorize();
    expect(principalId).toBe('u1');
    expect(policyDocument.Version).toBe('2012-10-17');
    expect(policyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'execute-api:Invoke',
        Resource: 'arn:aws:execute-api:eu-central-1:123456789012:api/sandbox/*',
      },
    ]);
    const asStrings = Object.fromEntries(
      Object.entries(context ?? {}).map(([key, value]) => [key, String(value)]),
    );
    expect(readCaller(asStrings, 1_999)).toEqual(caller);
  });

  it('denies a bad token for the stage, with a fixed text as the reason', async () => {
    const { authorize } = setUp({ verifyToken: async () => Promise.reject(new TokenError('expired')) });
    expect(await authorize()).toMatchObject({
      principalId: 'none',
      policyDocument: { Statement: [{ Effect: 'Deny', Resource: expect.stringMatching(/\/sandbox\/\*$/) }] },
      context: { reason_code: 'expired', reason: 'The access token has expired.', authorization_id: 'r1' },
    });
  });

  it.each([
    ['expired', 'token-expired', 'error="invalid_token", error_description="The access token has expired."'],
    [
      'wrong_audience',
      'invalid-token',
      'error="invalid_token", error_description="The access token is not meant for this API."',
    ],
    [
      'malformed_header',
      'malformed-authorization',
      'error="invalid_request", error_description="The Authorization header must be Bearer, a space, and one access token."',
    ],
  ] as const)('names the kind of problem and the challenge of a denial: %s', async (code, problem, error) => {
    const { authorize } = setUp({ verifyToken: async () => Promise.reject(new TokenError(code)) });
    expect(await authorize()).toMatchObject({
      context: { problem, challenge: `Bearer realm="todo-api", ${error}` },
    });
  });

  it('allows a token without a user, so that the routes refuse it with the reason', async () => {
    const { authorize } = setUp({
      identify: async () => ({ kind: 'refused', refusal: 'email_unverified', expiresAt: 2_000 }),
    });
    expect(await authorize()).toMatchObject({
      principalId: 'none',
      policyDocument: { Statement: [{ Effect: 'Allow' }] },
      context: { reason_code: 'email_unverified', expires_at: 2_000, authorization_id: 'r1' },
    });
  });

  it('throws "Unauthorized", which is not cached, for a token that may soon become valid', async () => {
    const { authorize } = setUp({
      verifyToken: async () => Promise.reject(new NotYetAcceptableError('unknown_key')),
    });
    await expect(authorize()).rejects.toThrow(/^Unauthorized$/);
  });

  it.each([new AuthorizationServerError('down'), new Error('DynamoDB is down')])(
    'throws another error when it cannot decide: %s',
    async (error) => {
      const { authorize } = setUp({ identify: () => Promise.reject(error) });
      await expect(authorize()).rejects.toThrow(
        new Error('The token could not be checked', { cause: error }),
      );
    },
  );

  it.each(['Bearer a.b.c', 'bearer a.b.c', 'BEARER  a.b.c'])('takes the token from %j', async (header) => {
    const { authorize, seen } = setUp();
    await authorize(header);
    expect(seen).toEqual(['a.b.c']);
  });

  it.each(['Basic Bearer a.b.c', 'Bearer a.b.c d', 'Bearer', 'Bearera.b.c', 'Bearer a=b', ''])(
    'denies %j',
    async (header) => {
      expect(await setUp().authorize(header)).toMatchObject({ context: { reason_code: 'malformed_header' } });
    },
  );

  it('denies every header that is not a bearer token', async () => {
    const { authorize, seen } = setUp();
    await fc.assert(
      fc.asyncProperty(
        fc.string().filter((header) => !/^bearer +\S+$/i.test(header)),
        async (header) => {
          expect(await authorize(header)).toMatchObject({ context: { reason_code: 'malformed_header' } });
        },
      ),
    );
    expect(seen).toEqual([]);
  });

  it('names its run in the context by the first characters of its request id', async () => {
    const { authorize, logged } = setUp();
    const { context } = await authorize('Bearer a.b.c', '7c9e6679-7425-40de-944b-e07fc1f90ae7');
    expect(context).toMatchObject({ authorization_id: '7c9e6679' });
    expect(logged).toEqual([expect.stringContaining('"request_id":"7c9e6679-7425-40de-944b-e07fc1f90ae7"')]);
  });

  it('logs the cold start with the first run of an environment', async () => {
    const { authorize, logged } = setUp({ takeColdStart: createColdStart(() => 181).take });
    await authorize();
    await authorize();
    expect(logged.map((line) => JSON.parse(line).start_ms)).toEqual([181, undefined]);
  });

  it('logs the outcome, without personal data and secrets', async () => {
    const { authorize, logged } = setUp();
    await authorize('Bearer secret.secret.secret');
    expect(logged).toEqual([expect.stringContaining('"outcome":"allowed"')]);
    expect(logged[0]).toContain('"user_id":"u1"');
    expect(logged[0]).not.toMatch(/secret|private@example\.com/);
  });

  it.each([
    [{}, 'info', 'allowed', undefined],
    [
      { identify: async () => ({ kind: 'refused', refusal: 'email_unverified', expiresAt: 2_000 }) },
      'info',
      'refused',
      'email_unverified',
    ],
    [{ verifyToken: async () => Promise.reject(new TokenError('expired')) }, 'info', 'denied', 'expired'],
    [
      { verifyToken: async () => Promise.reject(new NotYetAcceptableError('unknown_key')) },
      'warn',
      'unauthorized',
      'unknown_key',
    ],
    [
      { verifyToken: async () => Promise.reject(new AuthorizationServerError('x')) },
      'error',
      'failed',
      undefined,
    ],
  ] satisfies [Partial<AuthorizerDependencies>, string, string, string | undefined][])(
    'logs each run with its outcome and reason: %#',
    async (changes, level, outcome, reason) => {
      const { authorize, logged } = setUp(changes);
      await authorize().catch(() => {});
      expect(logged.map((line) => JSON.parse(line))).toMatchObject([
        {
          ...{ level, message: 'authorization', outcome, ...(reason && { reason }) },
          ...{ request_id: 'r1', latency_ms: 1 },
          ...(level === 'error' && { error: { name: 'AuthorizationServerError' } }),
        },
      ]);
    },
  );
});

describe('the line of a run', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.useRealTimers();
  });

  it('has ids, codes and numbers, and no metric', async () => {
    stubLoggingOfProduction();
    const { authorize } = setUp({ log: createLogger(Date.now) });
    const [line] = await linesOf(() => authorize('Bearer a.b.c', '7c9e6679-7425-40de-944b-e07fc1f90ae7'));
    expect(line).toBe(
      '{"level":"INFO","message":"authorization","timestamp":"2026-11-26T03:14:15.926Z","service":"todo-api",' +
        '"sampling_rate":0,"xray_trace_id":"1-5759e988-bd862e3fe1be46a994272793",' +
        '"request_id":"7c9e6679-7425-40de-944b-e07fc1f90ae7","latency_ms":1,"outcome":"allowed",' +
        '"user_id":"u1"}',
    );
  });
});
