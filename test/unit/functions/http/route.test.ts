import type { APIGatewayProxyResult } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { Caller } from '../../../../functions/http/caller.ts';
import type { RouteInputs } from '../../../../functions/http/inputs.ts';
import { ProblemError } from '../../../../functions/http/problem.ts';
import { createRequestLog } from '../../../../functions/http/request-log.ts';
import type { RouteResponse } from '../../../../functions/http/response.ts';
import { createPublicRoute, createRoute, type RouteRequest } from '../../../../functions/http/route.ts';
import type { Log } from '../../../../functions/observability/logger.ts';
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
  readonly inputs?: RouteInputs<undefined, undefined, undefined>;
  readonly respond?: (request: RouteRequest) => Promise<RouteResponse>;
  readonly requiredScope?: string;
}

async function call(options: Options) {
  const { inputs = {}, respond = async () => ({ status: 204 }), requiredScope, ...request } = options;
  const log = createLogRecorder();
  let calls = 0;
  const route = createRoute(
    inputs,
    (routeRequest) => {
      calls += 1;
      return respond(routeRequest);
    },
    { logRequest: requestLogOf(log), requiredScope, now: clock.now },
  );
  const result = (await route(
    proxyEvent({ caller, ...request }),
    lambdaContext,
    () => {},
  )) as APIGatewayProxyResult;
  return { result, body: result.body && JSON.parse(result.body), calls, log: log.entries };
}

/** The log of a function that gives each request a line. */
const requestLogOf = (log: Log) =>
  createRequestLog({ log, takeColdStart: () => undefined, successPercent: 100, random: () => 0 });

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

describe('a part of a request that the route does not declare', () => {
  const ETAG_IN_IF_MATCH = 'is not evaluated: send the ETag in If-Match';
  const NO_ETAG = 'is not evaluated, because the resource has no ETag';

  it.each<[string, RequestOptions, object]>([
    [
      'a parameter',
      { query: { completed: 'true' } },
      { detail: 'The query is invalid.', errors: { completed: ['is no parameter of this route'] } },
    ],
    ['a body', { method: 'DELETE', body: { ids: [] } }, { detail: 'This route takes no body.' }],
    ['a body of a GET', { body: ' ' }, { detail: 'This route takes no body.' }],
    ['a body that is no JSON', { method: 'POST', body: 'x' }, { detail: 'This route takes no body.' }],
    ...['POST', 'PUT', 'PATCH', 'DELETE'].flatMap((method): [string, RequestOptions, object][] => [
      [
        `If-Match of a ${method}`,
        { method, headers: { 'If-Match': '"1"' } },
        { errors: { 'If-Match': [NO_ETAG] } },
      ],
      [
        `If-None-Match of a ${method}`,
        { method, headers: { 'If-None-Match': '*' } },
        { errors: { 'If-None-Match': [NO_ETAG] } },
      ],
      [
        `If-Unmodified-Since of a ${method}`,
        { method, headers: { 'If-Unmodified-Since': 'Sat, 29 Oct 1994 19:43:31 GMT' } },
        { errors: { 'If-Unmodified-Since': [ETAG_IN_IF_MATCH] } },
      ],
    ]),
    [
      'Idempotency-Key',
      { method: 'POST', headers: { 'Idempotency-Key': 'k' } },
      { errors: { 'Idempotency-Key': ['is not evaluated by this route'] } },
    ],
    [
      'Content-Range',
      { method: 'PUT', headers: { 'Content-Range': 'bytes 0-1/2' } },
      { errors: { 'Content-Range': ['is not supported: send the whole representation'] } },
    ],
  ])('is a 400, and the route does not run: %s', async (_case, request, problem) => {
    const { body, calls } = await call(request);
    expect(calls).toBe(0);
    expect(body).toMatchObject({ status: 400, ...problem });
  });

  it.each<[string, RequestOptions]>([
    ['an empty body', { method: 'DELETE', body: '' }],
    ['Idempotency-Key, if the method is idempotent', { method: 'PUT', headers: { 'Idempotency-Key': 'k' } }],
    [
      'conditions on a date, if the method only reads',
      { headers: { 'If-Unmodified-Since': 'x', Range: 'bytes=0-1' } },
    ],
  ])('does no harm: %s', async (_case, request) => {
    expect((await call(request)).result.statusCode).toBe(204);
  });
});

describe('a part of a request that the route declares', () => {
  const respondTo = async (inputs: Parameters<typeof createRoute>[0], options: RequestOptions) => {
    const route = createRoute(
      inputs,
      async ({ query, body, preconditions, idempotencyKey }) => ({
        status: 200,
        body: { query, body, preconditions, idempotencyKey },
      }),
      { logRequest: () => {}, requiredScope: undefined, now: clock.now },
    );
    const result = (await route(
      proxyEvent({ caller, ...options }),
      lambdaContext,
      () => {},
    )) as APIGatewayProxyResult;
    return { status: result.statusCode, body: JSON.parse(result.body) };
  };

  it('is parsed before the route runs', async () => {
    const inputs = {
      query: ({ tag }: Readonly<Record<string, readonly string[] | undefined>>) => tag?.join('+'),
      body: (json: unknown) => [json],
      preconditions: (given: object) => given,
      acceptsIdempotencyKey: true,
    } as const;
    const request = {
      method: 'POST',
      query: { tag: ['a', 'b'] },
      body: { a: 1 },
      headers: { 'If-Match': '"1"', 'If-Unmodified-Since': 'x', 'Idempotency-Key': 'k' },
    };
    expect(await respondTo(inputs, request)).toEqual({
      status: 200,
      body: { query: 'a+b', body: [{ a: 1 }], preconditions: { ifMatch: ['"1"'] }, idempotencyKey: 'k' },
    });
  });

  it.each<[string, RequestOptions]>([
    ['a missing body', { method: 'PUT' }],
    ['a malformed precondition', { method: 'PUT', body: {}, headers: { 'If-Match': '1' } }],
    ['an empty precondition', { method: 'PUT', body: {}, headers: { 'If-None-Match': '' } }],
    ['an empty idempotency key', { method: 'PUT', body: {}, headers: { 'Idempotency-Key': '' } }],
  ])('is a 400 when it is invalid: %s', async (_case, request) => {
    const inputs = {
      body: (json: unknown) => json,
      preconditions: (given: object) => given,
      acceptsIdempotencyKey: true,
    } as const;
    expect((await respondTo(inputs, request)).status).toBe(400);
  });
});

describe('a read with preconditions', () => {
  const show = async (): Promise<RouteResponse> => ({
    status: 200,
    body: { secret: 1 },
    headers: { ETag: '"7"', 'Cache-Control': 'private', Link: '<x>' },
  });
  const read = (headers: Readonly<Record<string, string>>, method = 'GET', respond = show) =>
    call({ method, headers, respond });

  it.each([
    [{ 'If-None-Match': '"7"' }, 304],
    [{ 'If-None-Match': '*' }, 304],
    [{ 'If-None-Match': '"6"' }, 200],
    [{ 'If-Match': '"7"' }, 200],
    [{ 'If-Match': '*' }, 200],
    [{ 'If-Match': '"6"' }, 412],
    [{ 'If-Match': 'W/"7"' }, 412],
    [{ 'If-Match': '"6"', 'If-None-Match': '"7"' }, 412],
    [{ 'If-Match': '"7"', 'If-None-Match': '"7"' }, 304],
    [{ 'If-Match': 'x' }, 400],
    [{ 'If-None-Match': 'x' }, 400],
  ])('evaluates them with the ETag of its response: %j', async (headers, status) => {
    for (const method of ['GET', 'HEAD'])
      expect((await read(headers, method)).result.statusCode).toBe(status);
  });

  it('has in a 304 what a cache needs, and no content', async () => {
    const { result } = await read({ 'If-None-Match': '"7"' });
    expect(result.body).toBe('');
    expect(result.headers).toMatchObject({
      ETag: '"7"',
      'Cache-Control': 'private',
      Vary: 'Authorization, Accept-Encoding',
    });
    expect(result.headers).not.toHaveProperty('Link');
    expect(result.headers).not.toHaveProperty('Content-Type');
  });

  it('says which precondition does not hold', async () => {
    expect((await read({ 'If-Match': '"6"' })).body.detail).toBe(
      'The ETag of the resource is not one of If-Match.',
    );
  });

  it.each(['If-Match', 'If-None-Match'])('refuses %s when its response has no ETag', async (name) => {
    const { body } = await read({ [name]: '"7"' }, 'GET', async () => ({ status: 200, body: [] }));
    expect(body).toMatchObject({
      status: 400,
      errors: { [name]: ['is not evaluated, because the resource has no ETag'] },
    });
  });

  it('keeps an error: preconditions are only about a success', async () => {
    const { body } = await read(
      { 'If-Match': '"6"' },
      'GET',
      failing(new ProblemError('not_found', 'None.')),
    );
    expect(body).toMatchObject({ status: 404 });
  });
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
      {
        level: 'error',
        message: 'request',
        fields: { error: bug, outcome: 'internal_error' },
        measurements: { InternalErrors: 1 },
      },
    ]);
  });
});

describe('the log', () => {
  const request: Options = {
    inputs: { body: () => undefined },
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
      },
    ]);
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
      {},
      async (request) => ({ status: 200, body: { base: request.baseUrl, caller: 'caller' in request } }),
      { logRequest: requestLogOf(log), now: clock.now },
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
