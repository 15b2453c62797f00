import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { App, Duration, Stack } from 'aws-cdk-lib';
import {
  AuthorizationType,
  LambdaIntegration,
  type MethodOptions,
  ResponseType,
  RestApi,
  TokenAuthorizer,
} from 'aws-cdk-lib/aws-apigateway';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ApiSpec } from '../../infra/local/deployment-spec.ts';
import { type AccessEntry, type Gateway, startGateway } from '../../infra/local/gateway/gateway.ts';
import { createLambda, type Lambda } from '../../infra/local/lambda/lambda.ts';
import { readDeployment } from '../../infra/local/template/deployment.ts';
import { temporaryFolder, writeFiles } from '../support/cloud-assembly.ts';
import { getRaw } from '../support/raw-http.ts';

/** Responds with its event, or does what the path says. */
const ROUTE = `
  export const handler = async (event) => {
    switch (event.pathParameters?.do) {
      case 'throw': throw new Error('secret detail');
      case 'malformed': return 'not a response';
      case 'hang': return new Promise(() => {});
      case 'status': return { statusCode: Number(event.queryStringParameters.code), body: 'x' };
      case 'challenge': return { statusCode: 401, headers: { 'WWW-Authenticate': 'Bearer' } };
      case 'cookies': return { statusCode: 200, multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] } };
      case 'length': return { statusCode: 200, body: String(event.body?.length) };
      default: return { statusCode: 200, body: JSON.stringify(event) };
    }
  };`;

/** Decides by the token, and counts its invocations. */
const AUTHORIZER = `
  let invocations = 0;
  export const handler = async ({ methodArn, authorizationToken }) => {
    invocations += 1;
    const [, kind] = authorizationToken.split(' ');
    const policy = (Effect, Resource) => ({
      principalId: 'ann',
      policyDocument: { Version: '2012-10-17', Statement: [{ Effect, Action: 'execute-api:Invoke', Resource }] },
      context: { invocations, verified: true, reason: 'The token has expired' },
    });
    if (kind === 'unauthorized') throw new Error('Unauthorized');
    if (kind === 'outage') throw new Error('could not check');
    if (kind === 'hang') return new Promise(() => {});
    if (kind === 'nested') return { ...policy('Allow', '*'), context: { user: {} } };
    if (kind === 'denied') return policy('Deny', '*');
    if (kind === 'only-this') return policy('Allow', methodArn);
    return policy('Allow', methodArn.split('/').slice(0, 2).join('/') + '/*');
  };`;

let folder: ReturnType<typeof temporaryFolder>;
let api: ApiSpec;
let lambdas: Map<string, Lambda>;
let gateway: Gateway;
const access: AccessEntry[] = [];
const clock = { now: Date.now() };

function synthesize(outdir: string): void {
  writeFiles(folder.path, { 'route/index.mjs': ROUTE, 'authorizer/index.mjs': AUTHORIZER });
  const app = new App({ outdir });
  const stack = new Stack(app, 'Test');
  const functionOf = (id: string, timeout: number) =>
    new LambdaFunction(stack, id, {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromAsset(join(folder.path, id.toLowerCase())),
      timeout: Duration.seconds(timeout),
    });
  const route = functionOf('Route', 2);
  const restApi = new RestApi(stack, 'Api', {
    deployOptions: { stageName: 'v1', variables: { colour: 'blue' } },
    defaultCorsPreflightOptions: { allowOrigins: ['*'], allowMethods: ['GET'], exposeHeaders: ['ETag'] },
  });
  const authorizer = new TokenAuthorizer(stack, 'TokenAuthorizer', {
    handler: functionOf('Authorizer', 1),
    validationRegex: 'Bearer [a-z-]+',
    resultsCacheTtl: Duration.minutes(5),
  });
  const open: MethodOptions = { authorizationType: AuthorizationType.NONE };
  restApi.root.addResource('todo').addMethod('GET', new LambdaIntegration(route), { authorizer });
  restApi.root.addResource('me').addMethod('GET', new LambdaIntegration(route), { authorizer });
  restApi.root
    .addResource('slow')
    .addResource('{do}')
    .addMethod('GET', new LambdaIntegration(route, { timeout: Duration.millis(100) }), open);
  restApi.root.addResource('{do}').addMethod('ANY', new LambdaIntegration(route), open);
  restApi.addGatewayResponse('Denied', {
    type: ResponseType.ACCESS_DENIED,
    statusCode: '401',
    responseHeaders: {
      'WWW-Authenticate': '\'Bearer error="invalid_token"\'',
      'X-Reason': 'context.authorizer.reason',
    },
    templates: {
      'application/problem+json':
        '{"detail":"$context.authorizer.reason","principal":"$context.authorizer.principalId","id":"$context.requestId"}',
    },
  });
  restApi.addGatewayResponse('Unavailable', {
    type: ResponseType.AUTHORIZER_FAILURE,
    statusCode: '503',
    responseHeaders: { 'Retry-After': "'5'" },
  });
  app.synth();
}

beforeAll(async () => {
  folder = temporaryFolder();
  const outdir = join(folder.path, 'cdk.out');
  synthesize(outdir);
  const deployment = readDeployment(outdir);
  api = deployment.api;
  lambdas = new Map(deployment.functions.map((spec) => [spec.logicalId, createLambda(spec)]));
  gateway = await start();
});
afterAll(async () => {
  await gateway.close();
  await Promise.all(Array.from(lambdas.values(), (lambda) => lambda.close()));
  folder.remove();
});
beforeEach(() => {
  access.length = 0;
  clock.now += 3_600_000;
});

function start(overrides: Partial<Parameters<typeof startGateway>[0]> = {}) {
  return startGateway({
    api,
    invoke: (functionId, event) => lambdas.get(functionId)!.invoke(event),
    port: 0,
    now: () => clock.now,
    onAccess: (entry) => access.push(entry),
    ...overrides,
  });
}

const call = (path: string, init?: RequestInit) => fetch(gateway.url + path, init);
const withToken = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

async function eventOf(response: Response): Promise<APIGatewayProxyEvent> {
  expect(response.status).toBe(200);
  return (await response.json()) as APIGatewayProxyEvent;
}

describe('a request', () => {
  test('reaches the function as a proxy event, and gets the response of the function', async () => {
    const response = await call('/echo/?a=1', { method: 'POST', body: '{}', headers: { 'X-Test': 'yes' } });
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('x-amz-apigw-id')).toBeTruthy();
    const event = await eventOf(response);
    expect(event).toMatchObject({
      resource: '/{do}',
      path: '/echo/',
      httpMethod: 'POST',
      headers: { 'X-Test': 'yes', 'X-Forwarded-For': '127.0.0.1', 'X-Forwarded-Port': String(gateway.port) },
      queryStringParameters: { a: '1' },
      pathParameters: { do: 'echo' },
      stageVariables: { colour: 'blue' },
      body: '{}',
      isBase64Encoded: false,
      requestContext: { stage: 'v1', domainName: `127.0.0.1:${gateway.port}`, requestTimeEpoch: clock.now },
    });
    expect(event.requestContext.requestId).toBe(response.headers.get('x-amzn-requestid'));
    expect(event.requestContext).not.toHaveProperty('authorizer');
  });

  test('is served at the root and under the stage', async () => {
    for (const [path, contextPath] of [
      ['/echo', '/echo'],
      ['/v1/echo', '/v1/echo'],
    ]) {
      const event = await eventOf(await call(path!));
      expect(event.path).toBe('/echo');
      expect(event.requestContext.path).toBe(contextPath);
    }
  });

  test('can have a chunked body of UTF-8', async () => {
    const body = new ReadableStream({
      start(controller) {
        for (const byte of Buffer.from('naïve')) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, duplex: 'half' };
    expect((await eventOf(await call('/echo', init))).body).toBe('naïve');
  });

  test.each(['/', '/todo/1/2', '/v1', '/v2/todo/x'])(
    'to %s, which no method matches, is a 403',
    async (path) => {
      const response = await call(path);
      expect(response.status).toBe(403);
      expect(response.headers.get('x-amzn-errortype')).toBe('MissingAuthenticationTokenException');
      expect(await response.json()).toEqual({ message: 'Missing Authentication Token' });
    },
  );

  test('with a method that the resource lacks is a 403', async () => {
    expect((await call('/todo', { method: 'DELETE' })).status).toBe(403);
  });

  test.each(['/%zz', '/echo?a=%'])('to %s, which is not well-formed, is a 400', async (path) => {
    expect((await call(path)).status).toBe(400);
  });

  test('of HEAD has a response without a body', async () => {
    const response = await call('/echo', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0);
    expect(await response.text()).toBe('');
  });

  test('over 10 MB is a 413, with and without a Content-Length', async () => {
    const size = 10 * 1024 * 1024 + 1;
    const announced = await call('/length', { method: 'POST', body: Buffer.alloc(size) });
    expect(announced.status).toBe(413);
    expect(await announced.json()).toEqual({ message: 'Request Too Long' });

    const body = new ReadableStream({
      start(controller) {
        for (let sent = 0; sent < size; sent += 65_536) controller.enqueue(Buffer.alloc(65_536));
        controller.close();
      },
    });
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, duplex: 'half' };
    expect((await call('/length', init)).status).toBe(413);
  });

  test('too large for Lambda is a 413', async () => {
    expect((await call('/length', { method: 'POST', body: 'x'.repeat(7_000_000) })).status).toBe(413);
  });

  test('with headers of more than 10,240 bytes, names and values together, is a 431', async () => {
    const host = `127.0.0.1:${gateway.port}`;
    // What `getRaw` sends in addition: Host, and Connection with the value close.
    const others = 'Host'.length + host.length + 'Connection'.length + 'close'.length;
    const rest = 10_240 - others - 'X-A'.length - 'X-B'.length;
    const send = (bytes: number) =>
      getRaw(gateway.url, '/echo', [`X-A: ${'a'.repeat(5_000)}`, `X-B: ${'b'.repeat(bytes - 5_000)}`]);
    expect((await send(rest)).status).toBe(200);
    const response = await send(rest + 1);
    expect(response.status).toBe(431);
    expect(response.body).toEqual({ message: 'HTTP header is larger than 10240 bytes.' });
    expect((await send(rest + 10_000)).status).toBe(431);
  });

  test.each(['a=b|c', 'a={b', 'a=b}', 'a|b=c', 'a=%7C&b=|'])(
    'with the query %s, which API Gateway does not support, is a 400',
    async (query) => {
      expect((await getRaw(gateway.url, `/echo?${query}`, [])).status).toBe(400);
      expect(access).toMatchObject([{ error: 'the query has |, { or } unencoded' }]);
    },
  );

  test('can have encoded characters that API Gateway does not support', async () => {
    const { body } = await getRaw(gateway.url, '/echo?a=%7C%7B%7D%3B', []);
    expect(body).toMatchObject({ queryStringParameters: { a: '|{};' } });
  });

  test('is split at a semicolon in the query', async () => {
    const { body } = await getRaw(gateway.url, '/echo?a=b;c=d&e=f', []);
    expect(body).toMatchObject({ queryStringParameters: { a: 'b', c: 'd', e: 'f' } });
  });

  test('with two Host lines is a 400, also if they are the same', async () => {
    for (const second of ['127.0.0.1', 'evil.example']) {
      const response = await getRaw(gateway.url, '/echo', ['Host: 127.0.0.1', `host: ${second}`]);
      expect(response.status).toBe(400);
    }
  });

  test.each(['http://127.0.0.1/echo', 'http://evil.example/echo', 'echo', '*'])(
    'with the target %s, which is not a path, is a 400',
    async (target) => {
      expect((await getRaw(gateway.url, target, ['Host: 127.0.0.1'])).status).toBe(400);
    },
  );
});

describe('the throttle of the stage', () => {
  /** All methods get 2 requests a second and 3 at once, but `GET /me` gets 1 and 1. */
  const throttledApi = (): ApiSpec => ({
    ...api,
    methods: api.methods.map((method) => ({
      ...method,
      throttle: method.path === '/me' ? { rate: 1, burst: 1 } : { rate: 2, burst: 3 },
    })),
  });
  let throttled: Gateway;
  const statusesOf = async (times: number, path: string, init: RequestInit = withToken('throttled')) => {
    const statuses: number[] = [];
    for (let i = 0; i < times; i++) statuses.push((await fetch(throttled.url + path, init)).status);
    return statuses;
  };
  beforeEach(async () => {
    throttled = await start({ api: throttledApi() });
  });
  afterEach(() => throttled.close());

  test('lets a burst through, and then as many requests as the rate allows', async () => {
    expect(await statusesOf(5, '/todo')).toEqual([200, 200, 200, 429, 429]);
    clock.now += 500;
    expect(await statusesOf(2, '/todo')).toEqual([200, 429]);
    clock.now += 60_000;
    expect(await statusesOf(4, '/todo')).toEqual([200, 200, 200, 429]);
  });

  test('counts each method by itself, preflights too', async () => {
    expect(await statusesOf(4, '/todo')).toEqual([200, 200, 200, 429]);
    expect(await statusesOf(2, '/me')).toEqual([200, 429]);
    expect(await statusesOf(4, '/todo', { method: 'OPTIONS' })).toEqual([204, 204, 204, 429]);
  });

  test('is the THROTTLED gateway response, and invokes neither the authorizer nor the function', async () => {
    await statusesOf(3, '/todo', withToken('outage'));
    access.length = 0;
    const response = await fetch(`${throttled.url}/todo`, withToken('outage'));
    expect(response.status).toBe(429);
    expect(response.headers.get('x-amzn-errortype')).toBe('TooManyRequestsException');
    expect(await response.json()).toEqual({ message: 'Too Many Requests' });
    expect(access).toEqual([expect.not.objectContaining({ authorizerCacheHit: expect.anything() })]);
  });
});

describe('the authorizer', () => {
  test.each<[string, Record<string, string>]>([
    ['no header', {}],
    ['an empty header', { Authorization: '' }],
    ['another scheme', { Authorization: 'Basic abc' }],
    ['more than the expression allows', { Authorization: 'Bearer abc def' }],
  ])('is not invoked for %s: 401', async (_name, headers) => {
    const invoke = vi.fn();
    const other = await start({ invoke });
    const response = await fetch(`${other.url}/todo`, { headers });
    await other.close();
    expect(invoke).not.toHaveBeenCalled();
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ message: 'Unauthorized' });
  });

  test('passes its context on as strings, with the principal', async () => {
    const { requestContext } = await eventOf(await call('/todo', withToken('context')));
    expect(requestContext.authorizer).toEqual({
      principalId: 'ann',
      invocations: expect.stringMatching(/^\d+$/),
      verified: 'true',
      reason: 'The token has expired',
      integrationLatency: expect.any(Number),
    });
  });

  test('is invoked once for each token and time to live, for all methods', async () => {
    const invocations = async (path: string) =>
      (await eventOf(await call(path, withToken('cached')))).requestContext.authorizer!.invocations;
    const first = await invocations('/todo');
    expect(await invocations('/me')).toBe(first);
    clock.now += 299_000;
    expect(await invocations('/v1/todo/')).toBe(first);
    clock.now += 1_001;
    expect(await invocations('/todo')).not.toBe(first);
  });

  test('with a policy for one method denies another method from the cache', async () => {
    expect((await call('/todo', withToken('only-this'))).status).toBe(200);
    expect((await call('/me', withToken('only-this'))).status).toBe(401);
    expect(access).toMatchObject([{ authorizerCacheHit: false }, { authorizerCacheHit: true }]);
  });

  test('that denies leads to the gateway response, which has its context', async () => {
    const response = await call('/todo', withToken('denied'));
    expect(response.status).toBe(401);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/problem+json',
      'www-authenticate': 'Bearer error="invalid_token"',
      'x-reason': 'The token has expired',
    });
    expect(await response.json()).toEqual({
      detail: 'The token has expired',
      principal: 'ann',
      id: response.headers.get('x-amzn-requestid'),
    });
  });

  test('that throws Unauthorized is a 401 that is not cached', async () => {
    expect((await call('/todo', withToken('unauthorized'))).status).toBe(401);
    expect((await call('/todo', withToken('unauthorized'))).status).toBe(401);
    expect(access).toMatchObject([{ error: 'Unauthorized' }, { error: 'Unauthorized' }]);
  });

  test.each(['outage', 'hang'])('that fails (%s) is an AUTHORIZER_FAILURE', async (token) => {
    const response = await call('/todo', withToken(token));
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await response.text()).not.toContain('could not check');
  });

  test('with a context that is not flat is a 500', async () => {
    const response = await call('/todo', withToken('nested'));
    expect(response.status).toBe(500);
    expect(response.headers.get('x-amzn-errortype')).toBe('AuthorizerConfigurationException');
  });
});

describe('the integration', () => {
  test.each(['throw', 'malformed'])('that fails (%s) is a 502 without details', async (path) => {
    const response = await call(`/${path}`);
    expect(response.status).toBe(502);
    expect(await response.json()).toEqual({ message: 'Internal server error' });
  });

  test('whose function is throttled by Lambda is an integration failure, and not a 429', async () => {
    const busy = await start({
      api: {
        ...api,
        gatewayResponses: new Map([
          ['THROTTLED', { statusCode: 429, headers: {}, templates: {} }],
          ['INTEGRATION_FAILURE', { statusCode: 503, headers: { 'Retry-After': "'5'" }, templates: {} }],
        ]),
      },
      invoke: async (functionId, event) =>
        JSON.stringify(event).includes('"TOKEN"')
          ? lambdas.get(functionId)!.invoke(event)
          : { ok: false, errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' },
    });
    const response = await fetch(`${busy.url}/length`);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await response.json()).toEqual({ message: 'Internal server error' });
    await busy.close();
  });

  test('whose function times out first is a 502', { tags: 'long' }, async () => {
    expect((await call('/hang')).status).toBe(502);
    expect(access[0]?.error).toContain('Task timed out after 2.00 seconds');
  });

  test('that times out first is a 504', async () => {
    const response = await call('/slow/hang');
    expect(response.status).toBe(504);
    expect(await response.json()).toEqual({ message: 'Endpoint request timed out' });
  });

  test.each([204, 304])('of status %i has no body', async (status) => {
    const response = await call(`/status?code=${status}`);
    expect(response.status).toBe(status);
    expect(response.headers.has('content-length')).toBe(false);
    expect(await response.text()).toBe('');
  });

  test('has WWW-Authenticate remapped', async () => {
    const { headers } = await call('/challenge');
    expect(headers.has('www-authenticate')).toBe(false);
    expect(headers.get('x-amzn-remapped-www-authenticate')).toBe('Bearer');
  });

  test('may repeat a header', async () => {
    expect((await call('/cookies')).headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });
});

describe('a preflight', () => {
  test('gets the response of the mock integration, without a token', async () => {
    const response = await call('/todo', { method: 'OPTIONS', headers: { Origin: 'https://example.com' } });
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET',
      'access-control-expose-headers': 'ETag',
    });
  });

  test('with a body of another media type is a 500, because no template matches', async () => {
    const init = { method: 'OPTIONS', headers: { 'Content-Type': 'text/plain' } };
    expect((await call('/todo', init)).status).toBe(500);
  });
});

describe('the access log', () => {
  test('has one entry for each request, without the token and the query', async () => {
    await call('/v1/todo?token=secret', withToken('logged'));
    await call('/nope/nope');
    expect(access).toEqual([
      {
        requestId: expect.any(String),
        method: 'GET',
        path: '/todo',
        resourcePath: '/todo',
        status: 200,
        latencyMs: expect.any(Number),
        authorizerCacheHit: false,
        principalId: 'ann',
      },
      expect.objectContaining({ resourcePath: '', status: 403, error: 'no method matches' }),
    ]);
    expect(JSON.stringify(access)).not.toMatch(/logged|secret/);
  });
});

describe('the server', () => {
  test('reports that its port is in use', async () => {
    await expect(start({ port: gateway.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('continues when a client closes the connection before the response', { tags: 'long' }, async () => {
    const { invoke, invoked } = observedInvoke();
    const left = await start({ invoke });
    const request = httpRequest(`${left.url}/hang`).on('error', () => {});
    request.end();
    await invoked;
    request.destroy();
    await vi.waitFor(() => expect(access).toMatchObject([{ status: 499 }]), 30_000);
    expect((await fetch(`${left.url}/echo`)).status).toBe(200);
    await left.close();
  });

  test('continues when a client closes the connection in the middle of its body', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write('POST /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n12345');
    await once(socket, 'connect');
    socket.destroy();
    await vi.waitFor(() => expect(access).toMatchObject([{ status: 499 }]), 30_000);
    expect((await call('/echo')).status).toBe(200);
  });

  test('closes at once, with current requests and idle connections', async () => {
    const { invoke, invoked } = observedInvoke();
    const closing = await start({ invoke });
    await (await fetch(`${closing.url}/todo`)).text();
    const request = httpRequest(`${closing.url}/hang`);
    const failed = once(request, 'error');
    request.end();
    await invoked;
    await closing.close();
    await failed;
    const successor = await start({ port: closing.port });
    await successor.close();
  });

  test.each(['evil.example', 'evil.example:3000', '127.0.0.1.evil.example'])(
    'refuses the host %s, as AWS does for a host without an API',
    async (host) => {
      const customized = { statusCode: 418, headers: {}, templates: { 'application/json': '{}' } };
      const gatewayResponses = new Map([['DEFAULT_4XX', customized]]);
      const other = await start({ api: { ...api, gatewayResponses } });
      const response = await getRaw(other.url, '/echo', [`Host: ${host}`]);
      expect(response.status).toBe(403);
      expect(response.body).toEqual({ message: 'Forbidden' });
      expect(response.headers.get('x-amzn-errortype')).toBe('ForbiddenException');
      expect(access).toMatchObject([{ status: 403, error: 'no API has this host' }]);
      await other.close();
    },
  );

  test.each(['127.0.0.1', 'localhost:3000', '[::1]:3000'])('serves the host %s', async (host) => {
    expect((await getRaw(gateway.url, '/echo', [`Host: ${host}`])).status).toBe(200);
  });

  test('keeps a connection for the next request', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write(
      'GET /echo HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n',
    );
    expect((await text(socket)).match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  });
});

/** Invokes the function. `invoked` resolves at the first invocation. */
function observedInvoke() {
  const { promise: invoked, resolve } = Promise.withResolvers<void>();
  const invoke = (functionId: string, event: unknown) => {
    resolve();
    return lambdas.get(functionId)!.invoke(event);
  };
  return { invoke, invoked };
}
