import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { ApiSpec } from '../../../../../infra/local/deployment-spec.ts';
import { createProxyEvent, createRequestContext } from '../../../../../infra/local/gateway/proxy-event.ts';
import { readRequest } from '../../../../../infra/local/gateway/request.ts';
import { createRouter } from '../../../../../infra/local/gateway/router.ts';

const api: ApiSpec = {
  id: 'abcdef1234',
  region: 'eu-central-1',
  accountId: '123456789012',
  stageName: 'v1',
  stageVariables: null,
  methods: ['/todo', '/todo/{id}'].map((path) => ({
    logicalId: path,
    resourceId: `id of ${path}`,
    path,
    httpMethod: 'GET',
    authorization: { type: 'NONE' },
    integration: { type: 'AWS_PROXY', functionId: 'F', timeoutMs: 1 },
  })),
  authorizers: [],
  gatewayResponses: new Map(),
  binaryMediaTypes: [],
};

function eventOf(
  url: string,
  options: { rawHeaders?: string[]; body?: Buffer; api?: Partial<ApiSpec> } = {},
) {
  const { rawHeaders = [], body } = options;
  const headers: Record<string, string> = {};
  for (let i = 0; i < rawHeaders.length; i += 2) headers[rawHeaders[i]!.toLowerCase()] = rawHeaders[i + 1]!;
  const message = {
    method: 'GET',
    url,
    httpVersion: '1.1',
    rawHeaders,
    headers,
    socket: { remoteAddress: '::ffff:127.0.0.1', localPort: 3000 },
  } as unknown as IncomingMessage;
  const spec = { ...api, ...options.api };
  const request = readRequest(message, spec.stageName);
  const match = createRouter(spec.methods).match(request.httpMethod, request.segments!)!;
  const ids = { requestId: 'r-1', extendedRequestId: 'e-1' };
  const requestContext = createRequestContext({ api: spec, request, match, ids, now: 1_764_000_000_000 });
  return createProxyEvent({ api: spec, request, match, requestContext, body });
}

describe('the path', () => {
  test.each([
    ['/todo', '/todo', '/todo'],
    ['/todo/', '/todo/', '/todo/'],
    ['/v1/todo', '/todo', '/v1/todo'],
    ['/v1/todo/?a=b', '/todo/', '/v1/todo/'],
  ])('for %s is %s without the stage, and %s in the request context', (url, path, contextPath) => {
    const event = eventOf(url);
    expect(event).toMatchObject({ resource: '/todo', path, pathParameters: null });
    expect(event.requestContext).toMatchObject({ path: contextPath, resourcePath: '/todo', stage: 'v1' });
  });

  test('has decoded parameters', () => {
    expect(eventOf('/todo/a%20b')).toMatchObject({
      resource: '/todo/{id}',
      path: '/todo/a%20b',
      pathParameters: { id: 'a b' },
    });
  });
});

describe('the query', () => {
  test('is null if the request has none', () => {
    for (const url of ['/todo', '/todo?', '/todo?&']) {
      expect(eventOf(url)).toMatchObject({
        queryStringParameters: null,
        multiValueQueryStringParameters: null,
      });
    }
  });

  test('is decoded, and the last of several values is the single value', () => {
    const event = eventOf('/todo?a=1&a=2&b=x%26y+z&c=&d&e=f=g');
    expect(event.queryStringParameters).toEqual({ a: '2', b: 'x&y z', c: '', d: '', e: 'f=g' });
    expect(event.multiValueQueryStringParameters).toEqual({
      a: ['1', '2'],
      b: ['x&y z'],
      c: [''],
      d: [''],
      e: ['f=g'],
    });
  });
});

describe('the headers', () => {
  test('keep the case of the client, and the last of several values is the single value', () => {
    const { headers, multiValueHeaders } = eventOf('/todo', {
      rawHeaders: ['X-Many', '1', 'aCCept', 'b', 'X-Many', '2'],
    });
    expect(headers).toMatchObject({ 'X-Many': '2', aCCept: 'b' });
    expect(multiValueHeaders).toMatchObject({ 'X-Many': ['1', '2'], aCCept: ['b'] });
  });

  test('have the forwarding headers of the gateway, also if the client sends others', () => {
    const { headers, multiValueHeaders } = eventOf('/todo', {
      rawHeaders: ['x-forwarded-for', '6.6.6.6', 'X-Forwarded-Proto', 'https', 'X-FORWARDED-PORT', '1'],
    });
    expect(headers).toEqual({
      'X-Amzn-Trace-Id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
      'X-Forwarded-For': '127.0.0.1',
      'X-Forwarded-Port': '3000',
      'X-Forwarded-Proto': 'http',
    });
    expect(multiValueHeaders['X-Forwarded-For']).toEqual(['127.0.0.1']);
  });
});

describe('the body', () => {
  test('is null if the request has none', () => {
    expect(eventOf('/todo')).toMatchObject({ body: null, isBase64Encoded: false });
  });

  test('is text', () => {
    expect(eventOf('/todo', { body: Buffer.from('é') })).toMatchObject({ body: 'é', isBase64Encoded: false });
  });

  test('is Base64 if the API declares its media type binary', () => {
    const options = { rawHeaders: ['Content-Type', 'image/png; a=b'], body: Buffer.from([255]) };
    expect(eventOf('/todo', { ...options, api: { binaryMediaTypes: ['image/*'] } })).toMatchObject({
      body: '/w==',
      isBase64Encoded: true,
    });
  });
});

test('the request context and the stage variables describe the API and the client', () => {
  const event = eventOf('/todo', {
    rawHeaders: ['Host', 'api.example.com:3000', 'User-Agent', 'curl/8'],
    api: { stageVariables: { colour: 'blue' } },
  });
  expect(event.stageVariables).toEqual({ colour: 'blue' });
  expect(JSON.parse(JSON.stringify(event.requestContext))).toEqual({
    resourceId: 'id of /todo',
    resourcePath: '/todo',
    httpMethod: 'GET',
    extendedRequestId: 'e-1',
    requestTime: '24/Nov/2025:16:00:00 +0000',
    path: '/todo',
    accountId: '123456789012',
    protocol: 'HTTP/1.1',
    stage: 'v1',
    domainPrefix: 'api',
    requestTimeEpoch: 1_764_000_000_000,
    requestId: 'r-1',
    identity: {
      accessKey: null,
      accountId: null,
      apiKey: null,
      apiKeyId: null,
      caller: null,
      clientCert: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: '127.0.0.1',
      user: null,
      userAgent: 'curl/8',
      userArn: null,
    },
    domainName: 'api.example.com:3000',
    apiId: 'abcdef1234',
  });
});
