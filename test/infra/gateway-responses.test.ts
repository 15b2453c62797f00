import { ResponseType } from 'aws-cdk-lib/aws-apigateway';
import { describe, expect, it } from 'vitest';
import { createGatewayResponses } from '../../infra/constructs/gateway-responses.ts';

const { BAD_REQUEST_BODY: preflight, ...responses } = createGatewayResponses(['*'], '/sandbox/docs');

/** The status of each type that API Gateway can send for this API. Undefined: it covers several statuses. */
const statuses = {
  ACCESS_DENIED: '401',
  API_CONFIGURATION_ERROR: '500',
  AUTHORIZER_CONFIGURATION_ERROR: '500',
  AUTHORIZER_FAILURE: '503',
  DEFAULT_4XX: undefined,
  DEFAULT_5XX: undefined,
  EXPIRED_TOKEN: '404',
  INTEGRATION_FAILURE: '503',
  INTEGRATION_TIMEOUT: '504',
  INVALID_SIGNATURE: '404',
  MISSING_AUTHENTICATION_TOKEN: '404',
  REQUEST_TOO_LARGE: '413',
  RESOURCE_NOT_FOUND: '404',
  THROTTLED: '429',
  UNAUTHORIZED: '401',
  UNSUPPORTED_MEDIA_TYPE: '415',
  WAF_FILTERED: '403',
};

/** The kind of problem of each type. */
const kinds: Readonly<Record<string, string>> = {
  ACCESS_DENIED: '$context.authorizer.problem',
  API_CONFIGURATION_ERROR: 'internal-error',
  AUTHORIZER_CONFIGURATION_ERROR: 'internal-error',
  AUTHORIZER_FAILURE: 'service-unavailable',
  DEFAULT_4XX: 'request-refused',
  DEFAULT_5XX: 'internal-error',
  EXPIRED_TOKEN: 'unknown-route',
  INTEGRATION_FAILURE: 'service-unavailable',
  INTEGRATION_TIMEOUT: 'gateway-timeout',
  INVALID_SIGNATURE: 'unknown-route',
  MISSING_AUTHENTICATION_TOKEN: 'unknown-route',
  REQUEST_TOO_LARGE: 'content-too-large',
  RESOURCE_NOT_FOUND: 'unknown-route',
  THROTTLED: 'too-many-requests',
  UNAUTHORIZED: 'token-required',
  UNSUPPORTED_MEDIA_TYPE: 'unsupported-media-type',
  WAF_FILTERED: 'blocked-by-firewall',
};

/** The types that API Gateway never sends for this API, with the reason. DEFAULT_4XX would cover them. */
const unreachable = {
  BAD_REQUEST_PARAMETERS: 'no method has a validator of parameters',
  INVALID_API_KEY: 'no method needs an API key',
  QUOTA_EXCEEDED: 'there is no usage plan',
};

/** The headers that a type has beside the common ones. */
const ownHeaders: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ACCESS_DENIED: { 'WWW-Authenticate': 'context.authorizer.challenge' },
  AUTHORIZER_FAILURE: { 'Retry-After': "'5'" },
  INTEGRATION_FAILURE: { 'Retry-After': "'5'" },
  INTEGRATION_TIMEOUT: { 'Retry-After': "'5'" },
  THROTTLED: { 'Retry-After': "'5'" },
  UNAUTHORIZED: { 'WWW-Authenticate': `'Bearer realm="todo-api"'` },
};

const commonHeaders = {
  'Access-Control-Allow-Origin': "'*'",
  'Access-Control-Expose-Headers':
    "'ETag,Link,Location,Preference-Applied,Retry-After,WWW-Authenticate,X-Amzn-Remapped-WWW-Authenticate,X-Request-Id'",
  'Cache-Control': "'no-store'",
  'Content-Type': "'application/problem+json'",
  Vary: "'Authorization, Accept-Encoding'",
};

describe('the gateway responses', () => {
  it('cover every type of API Gateway, but those that it never sends for this API', () => {
    const types = Object.values(ResponseType)
      .filter((value) => value instanceof ResponseType)
      .map(({ responseType }) => responseType);
    expect(types.toSorted()).toEqual(
      ['BAD_REQUEST_BODY', ...Object.keys(statuses), ...Object.keys(unreachable)].sort(),
    );
    expect(Object.keys(responses).sort()).toEqual(Object.keys(statuses));
  });

  it.each(Object.entries(statuses))('have their status, also in the body: %s', (type, status) => {
    const body = JSON.parse(responses[type]?.templates?.['application/json'] ?? '');
    expect(responses[type]?.statusCode).toBe(status);
    expect(body.status).toBe(status === undefined ? undefined : Number(status));
  });

  it.each(Object.keys(statuses))('have these headers: %s', (type) => {
    expect(responses[type]?.responseHeaders).toEqual({ ...commonHeaders, ...ownHeaders[type] });
  });

  it.each(Object.keys(statuses))('are problem details with the id of the request: %s', (type) => {
    const { status, ...body } = JSON.parse(responses[type]?.templates?.['application/json'] ?? '');
    expect(body).toEqual({
      type: `/sandbox/docs#${kinds[type]}`,
      title: expect.stringMatching(/^\w/),
      detail:
        type === 'ACCESS_DENIED' ? '$context.authorizer.reason' : expect.stringMatching(/^[A-Z][^$]*\.$/),
      request_id: '$context.requestId',
    });
  });

  it('have one for a preflight with any media type, which is not an error and has no body', () => {
    expect(preflight).toMatchObject({
      statusCode: '204',
      responseHeaders: {
        'Access-Control-Allow-Origin': "'*'",
        'Access-Control-Allow-Methods': "'OPTIONS,GET,PUT,POST,DELETE,PATCH,HEAD'",
        'Access-Control-Allow-Headers':
          "'Authorization,Content-Type,Idempotency-Key,If-Match,If-None-Match,Prefer,traceparent,tracestate,baggage,sentry-trace'",
        'Access-Control-Max-Age': "'7200'",
      },
      templates: { 'application/json': '' },
    });
  });

  it.each([
    [['*'], "'*'", "'Authorization, Accept-Encoding'"],
    [['https://app.example.com'], "'https://app.example.com'", "'Authorization, Accept-Encoding, Origin'"],
    [['https://a.example.com', 'https://b.example.com'], "'*'", "'Authorization, Accept-Encoding'"],
  ])('may be read by the pages of %j', (origins, origin, vary) => {
    for (const { responseHeaders = {} } of Object.values(createGatewayResponses(origins, '/docs'))) {
      expect(responseHeaders['Access-Control-Allow-Origin']).toBe(origin);
      expect(responseHeaders.Vary).toBe(vary);
    }
  });
});
