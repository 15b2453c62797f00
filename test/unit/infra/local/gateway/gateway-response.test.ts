import { describe, expect, test } from 'vitest';
import type { GatewayResponseSpec } from '../../../../../infra/local/deployment-spec.ts';
import type { FailureName } from '../../../../../infra/local/gateway/failures.ts';
import {
  type GatewayResponseSources,
  renderGatewayResponse,
} from '../../../../../infra/local/gateway/gateway-response.ts';

const sources: GatewayResponseSources = {
  context: {
    requestId: 'r-1',
    path: '/v1/todo',
    stage: 'v1',
    httpMethod: 'GET',
    identity: { sourceIp: '127.0.0.1' },
    authorizer: { reason: 'say "expired"', challenge: 'Bearer error="invalid_token"', broken: 'a\r\nB: c' },
  },
  stageVariables: { colour: 'blue' },
  accept: undefined,
  parameter: (position, name) => (name === 'known' ? `${position} value` : undefined),
};

function render(
  failure: FailureName,
  specs: Record<string, Partial<GatewayResponseSpec>> = {},
  overrides: Partial<GatewayResponseSources> = {},
) {
  const entries = Object.entries(specs).map(
    ([type, spec]) => [type, { headers: {}, templates: {}, ...spec }] as const,
  );
  const response = renderGatewayResponse(failure, new Map(entries), { ...sources, ...overrides });
  return { ...response, headers: Object.fromEntries(response.headers) };
}

describe('the default responses of API Gateway', () => {
  test.each<[FailureName, number, string | null]>([
    ['MISSING_AUTHENTICATION_TOKEN', 403, 'Missing Authentication Token'],
    ['UNAUTHORIZED', 401, 'Unauthorized'],
    ['ACCESS_DENIED', 403, 'User is not authorized to access this resource'],
    ['AUTHORIZER_FAILURE', 500, null],
    ['AUTHORIZER_CONFIGURATION_ERROR', 500, null],
    ['FUNCTION_THROTTLED', 500, 'Internal server error'],
    ['INTEGRATION_FAILURE', 502, 'Internal server error'],
    ['INTEGRATION_TIMEOUT', 504, 'Endpoint request timed out'],
    ['REQUEST_TOO_LARGE', 413, 'Request Too Long'],
    ['BAD_REQUEST', 400, 'Bad Request'],
  ])('%s is a %i', (failure, status, message) => {
    const response = render(failure);
    expect(response.status).toBe(status);
    expect(JSON.parse(String(response.body))).toEqual({ message });
    expect(response.headers).toEqual({
      'Content-Type': 'application/json',
      'x-amzn-ErrorType': expect.stringMatching(/Exception$/),
    });
  });

  test('the message of an explicit deny says so', () => {
    expect(render('EXPLICIT_DENY').body).toContain('explicit deny');
  });
});

describe('a customized response', () => {
  test('is chosen by its type, then by the class of its status', () => {
    const specs = {
      UNAUTHORIZED: { templates: { 'text/plain': 'own' } },
      DEFAULT_4XX: { templates: { 'text/plain': '4XX' } },
      DEFAULT_5XX: { templates: { 'text/plain': '5XX' } },
    };
    expect(render('UNAUTHORIZED', specs)).toMatchObject({ status: 401, body: 'own' });
    expect(render('ACCESS_DENIED', specs)).toMatchObject({ status: 403, body: '4XX' });
    expect(render('INTEGRATION_TIMEOUT', specs)).toMatchObject({ status: 504, body: '5XX' });
  });

  test('has the configured status', () => {
    expect(render('ACCESS_DENIED', { ACCESS_DENIED: { statusCode: 401 } }).status).toBe(401);
    expect(render('INTEGRATION_FAILURE', { DEFAULT_5XX: { statusCode: 503 } }).status).toBe(503);
  });

  test('of an integration failure follows DEFAULT_5XX and ignores INTEGRATION_FAILURE', () => {
    const specs = { INTEGRATION_FAILURE: { statusCode: 500 } };
    expect(render('INTEGRATION_FAILURE', specs).status).toBe(502);
  });

  test('has the default body if it has no template', () => {
    expect(render('UNAUTHORIZED', { UNAUTHORIZED: { headers: { A: "'b'" } } })).toMatchObject({
      body: '{"message":"Unauthorized"}',
      headers: { A: 'b' },
    });
  });

  test('has the media type of its template, unless a header sets another one', () => {
    const templates = { 'application/problem+json': '{}' };
    expect(render('UNAUTHORIZED', { UNAUTHORIZED: { templates } }).headers).toMatchObject({
      'Content-Type': 'application/problem+json',
    });
    const headers = { 'content-type': "'text/html'" };
    expect(render('UNAUTHORIZED', { UNAUTHORIZED: { templates, headers } }).headers).toEqual({
      'content-type': 'text/html',
      'x-amzn-ErrorType': 'UnauthorizedException',
    });
  });

  test('has the media type that the client accepts, if there are several', () => {
    const templates = { 'application/json': 'json', 'text/html': 'html' };
    const spec = { UNAUTHORIZED: { templates } };
    expect(render('UNAUTHORIZED', spec, { accept: 'text/html;q=0.9, */*' }).body).toBe('html');
    expect(render('UNAUTHORIZED', spec, { accept: 'image/png' }).body).toBe('json');
  });
});

describe('substitution', () => {
  function body(template: string) {
    return render('UNAUTHORIZED', { UNAUTHORIZED: { templates: { 'text/plain': template } } }).body;
  }

  test.each([
    ['$context.requestId', 'r-1'],
    ['$context.error.message', 'Unauthorized'],
    ['$context.error.messageString', '"Unauthorized"'],
    ['$context.error.responseType', 'UNAUTHORIZED'],
    ['$context.path $context.stage $context.httpMethod', '/v1/todo v1 GET'],
    ['$context.identity.sourceIp', '127.0.0.1'],
    ['$stageVariables.colour', 'blue'],
    ['at $context.requestId.', 'at r-1.'],
  ])('%s', (template, expected) => expect(body(template)).toBe(expected));

  test('does not escape values', () => {
    expect(body('{"detail":"$context.authorizer.reason"}')).toBe('{"detail":"say "expired""}');
  });

  test.each([
    '$context.nothing',
    '$context.authorizer.nothing',
    '$context.identity',
    '$context.constructor.name',
  ])('of the unknown variable %s is empty', (template) => expect(body(`[${template}]`)).toBe('[]'));

  test('does not change directives and other text', () => {
    expect(body('#set($x = 1) $5 $input')).toBe('#set($x = 1) $5 $input');
  });
});

describe('a header', () => {
  test.each<[string, string | undefined]>([
    ["'static'", 'static'],
    ["''", ''],
    ['context.authorizer.challenge', 'Bearer error="invalid_token"'],
    ['context.requestId', 'r-1'],
    ['method.request.header.known', 'header value'],
    ['method.request.querystring.known', 'querystring value'],
    ['method.request.path.known', 'path value'],
    ['method.request.header.unknown', undefined],
    ['context.authorizer.unknown', undefined],
  ])('from %s is %j', (expression, expected) => {
    const { headers } = render('UNAUTHORIZED', { UNAUTHORIZED: { headers: { X: expression } } });
    expect(headers.X).toBe(expected);
  });

  test('is omitted if its value would break the response', () => {
    const { headers } = render('UNAUTHORIZED', {
      UNAUTHORIZED: { headers: { X: 'context.authorizer.broken' } },
    });
    expect(headers).not.toHaveProperty('X');
  });
});
