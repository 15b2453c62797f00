import { ResponseType } from 'aws-cdk-lib/aws-apigateway';
import { describe, expect, it } from 'vitest';
import { ANY_ORIGIN } from '../../functions/http/cors.ts';
import { createGatewayResponses, unreachableResponses } from '../../infra/constructs/gateway-responses.ts';

const throttle = { rate: 50, burst: 100 };
const responses = createGatewayResponses([ANY_ORIGIN], throttle);

describe('every type of gateway response that API Gateway has', () => {
  const types = Object.values(ResponseType)
    .filter((value) => value instanceof ResponseType)
    .map(({ responseType }) => responseType);

  it('is known', () => {
    expect(types).toContain('WAF_FILTERED');
    expect(types.length).toBeGreaterThan(20);
  });

  it.each(types)('has an answer of ours, or a reason why no client can meet it: %s', (type) => {
    expect([Object.hasOwn(responses, type), Object.hasOwn(unreachableResponses, type)].sort()).toEqual([
      false,
      true,
    ]);
  });

  it.each(Object.entries(responses))('says its status in the body, too: %s', (_type, response) => {
    const body = JSON.parse(response.templates?.['application/json'] ?? '');
    expect(String(body.status)).toBe(String(response.statusCode));
  });
});

describe('the gateway’s own answers', () => {
  const headersFor = (origins: readonly string[]) =>
    Object.values(createGatewayResponses(origins, throttle)).map(({ responseHeaders = {} }) => ({
      origin: responseHeaders['Access-Control-Allow-Origin'],
      vary: responseHeaders.Vary,
    }));

  it.each([
    [['*'], "'*'", "'Authorization, Accept-Encoding'"],
    [['https://app.example.com'], "'https://app.example.com'", "'Authorization, Accept-Encoding, Origin'"],
    [['https://a.example.com', 'https://b.example.com'], "'*'", "'Authorization, Accept-Encoding'"],
  ])('are for the pages of %j', (origins, origin, vary) => {
    for (const headers of headersFor(origins)) expect(headers).toEqual({ origin, vary });
  });
});

describe('the answer to too many requests', () => {
  it('says when to try again, and how many there may be in a second', () => {
    expect(responses.THROTTLED?.responseHeaders).toMatchObject({
      'Retry-After': "'5'",
      'RateLimit-Policy': `'"stage";q=50;w=1'`,
    });
  });

  it('alone tells the limit', () => {
    const telling = Object.entries(responses).filter(
      ([, { responseHeaders = {} }]) => 'RateLimit-Policy' in responseHeaders,
    );
    expect(telling.map(([type]) => type)).toEqual(['THROTTLED']);
  });
});
