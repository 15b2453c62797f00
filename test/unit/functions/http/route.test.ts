import type { APIGatewayProxyResult } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { Caller } from '../../../../functions/http/caller.ts';
import { ProblemError } from '../../../../functions/http/problem.ts';
import type { RouteResponse } from '../../../../functions/http/response.ts';
import { createPublicRoute, createRoute, type RouteRequest } from '../../../../functions/http/route.ts';
import { createClock } from '../../../support/clock.ts';
import { lambdaContext, proxyEvent, REQUEST_ID, type RequestOptions } from '../../../support/events.ts';
import { createLogRecorder } from '../../../support/log.ts';

const clock = createClock();
const caller: Caller = {
  kind: 'user',
  userId: 'user-1',
  email: 'alice@example.com',
  subject: 'auth0|alice',
  scopes: ['read:todos'],
  expiresAt: clock.now() / 1000 + 60,
};

interface Options extends RequestOptions {
  readonly respond?: (request: RouteRequest) => Promise<RouteResponse>;
  readonly requiredScope?: string;
}

async function call({ respond = async () => ({ status: 204 }), requiredScope, ...request }: Options) {
  const log = createLogRecorder();
  let calls = 0;
  const route = createRoute(
    (routeRequest) => {
      calls += 1;
      return respond(routeRequest);
    },
    { log, requiredScope, now: clock.now },
  );
  const result = (await route(
    proxyEvent({ caller, ...request }),
    lambdaContext,
    () => {},
  )) as APIGatewayProxyResult;
  return { result, body: result.body && JSON.parse(result.body), calls, log: log.entries };
}

const failing = (error: unknown) => async () => {
  throw error;
};

describe('a response', () => {
  it('is for the caller in the context of the authorizer', async () => {
    const { body } = await call({ respond: async (request) => ({ status: 200, body: request.caller }) });
    expect(body).toEqual(caller);
  });
});

describe('a route without a complete caller', () => {
  it.each<[string, RequestOptions['caller'], number]>([
    ['there is no authorizer', undefined, 403],
    ['the context is empty', {}, 403],
    ['the context has no user', { expires_at: String(caller.expiresAt), scope: '' }, 403],
    [
      'the authorizer refused the caller',
      { kind: 'refused', refusal: 'email_unverified', expiresAt: caller.expiresAt },
      403,
    ],
    ['the token has expired', { ...caller, expiresAt: clock.now() / 1000 }, 401],
  ])('does not run: %s', async (_, context, status) => {
    const { result, calls } = await call({ caller: context });
    expect(calls).toBe(0);
    expect(result.statusCode).toBe(status);
  });
});

describe('a required scope', () => {
  it('accepts a token with this scope', async () => {
    expect((await call({ requiredScope: 'read:todos' })).result.statusCode).toBe(204);
  });

  it.each([[[]], [['write:todos']], [['read:todos:all', 'READ:TODOS']]])(
    'refuses a token with the scopes %j',
    async (scopes) => {
      const { body, calls } = await call({ requiredScope: 'read:todos', caller: { ...caller, scopes } });
      expect(calls).toBe(0);
      expect(body).toMatchObject({ status: 403, detail: 'The access token lacks the scope read:todos.' });
    },
  );
});

describe('an error of a route', () => {
  it('becomes a problem response with CORS headers', async () => {
    const { result, body } = await call({ respond: failing(new ProblemError('not_found', 'None.')) });
    expect(result.headers).toMatchObject({
      'Content-Type': 'application/problem+json',
      'Access-Control-Allow-Origin': '*',
      'X-Request-Id': REQUEST_ID,
    });
    expect(body).toEqual({
      type: '/docs#not-found',
      title: 'Not Found',
      status: 404,
      detail: 'None.',
      request_id: REQUEST_ID,
    });
  });

  it('becomes a 500 without details if it is unexpected, and only the log has the error', async () => {
    const bug = new TypeError('x is not a function');
    const { result, log } = await call({ respond: failing(bug) });
    expect(result.statusCode).toBe(500);
    expect(result.body).not.toContain('x is not');
    expect(log).toMatchObject([
      { level: 'error', message: 'request', fields: { error: bug, outcome: 'internal_error' } },
    ]);
  });
});

describe('the log', () => {
  const request: RequestOptions = {
    method: 'PUT',
    resource: '/todo/{id}',
    path: '/todo/secret-id',
    headers: { Authorization: 'Bearer secret-token' },
    body: { title: 'secret title' },
  };

  it('has one line for each request, with ids, codes and numbers', async () => {
    const { log } = await call({
      ...request,
      respond: async () => {
        clock.advance(12);
        return { status: 200, body: { title: 'secret title' } };
      },
    });
    expect(log).toEqual([
      {
        level: 'info',
        message: 'request',
        fields: {
          request_id: REQUEST_ID,
          route: 'PUT /todo/{id}',
          user_id: 'user-1',
          status: 200,
          latency_ms: 12,
          outcome: 'ok',
        },
        measurements: { RouteLatency: 12 },
      },
    ]);
  });

  it.each(['stale_version', 'idempotency_key_reused'] as const)('counts a conflict: %s', async (kind) => {
    const { log } = await call({ ...request, respond: failing(new ProblemError(kind, 'x')) });
    expect(log).toMatchObject([{ fields: { outcome: kind }, measurements: { Conflicts: 1 } }]);
  });

  it('has the outcome of a refused request, but no text of it', async () => {
    const { log } = await call({
      ...request,
      respond: failing(new ProblemError('invalid_request', 'secret detail')),
    });
    expect(log).toMatchObject([{ level: 'info', fields: { status: 400, outcome: 'invalid_request' } }]);
    expect(JSON.stringify(log)).not.toMatch(/secret|alice/);
  });

  it('has no user id without a user', async () => {
    const { log } = await call({ ...request, caller: undefined });
    expect(log[0]!.fields).toMatchObject({ status: 403, user_id: undefined, outcome: 'forbidden' });
  });
});

describe('a public route', () => {
  it('runs without a caller, and logs no user id', async () => {
    const log = createLogRecorder();
    const route = createPublicRoute(
      async (request) => ({ status: 200, body: { base: request.baseUrl, caller: 'caller' in request } }),
      { log, now: clock.now },
    );
    const event = proxyEvent({ resource: '/docs' });
    const result = (await route(event, lambdaContext, () => {})) as APIGatewayProxyResult;
    expect(result.statusCode).toBe(200);
    expect(JSON.parse(result.body)).toEqual({ base: 'https://api.example.com/prod', caller: false });
    expect(log.entries).toMatchObject([
      { fields: { route: 'GET /docs', status: 200, user_id: undefined, outcome: 'ok' } },
    ]);
  });
});
