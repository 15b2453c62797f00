import { ResponseType } from 'aws-cdk-lib/aws-apigateway';
import { describe, expect, it } from 'vitest';
import { ANY_ORIGIN } from '../../functions/shared/cors.ts';
import { createGatewayResponses, unreachableResponses } from '../../infra/gateway-responses.ts';

const responses = createGatewayResponses([ANY_ORIGIN]);

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
    Object.values(createGatewayResponses(origins)).map(({ responseHeaders = {} }) => ({
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
