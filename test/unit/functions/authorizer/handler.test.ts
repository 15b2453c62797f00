import type { APIGatewayAuthorizerResult, Context } from 'aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

describe('the function of the authorizer', () => {
  it.each(['', '{', 'null', '{"keys":[]}', '{"keys":[{"kid":"a","kty":"RSA"}]}', 'undefined'])(
    'starts with the deployed keys %j, and refuses a bad token as usual',
    async (AUTH0_JWKS) => {
      vi.stubEnv('AUTH0_JWKS', AUTH0_JWKS);
      vi.stubEnv('AUTH0_DOMAIN', 'tenant.eu.auth0.com');
      vi.stubEnv('AUTH0_API_AUDIENCE', 'https://todo.example.com');
      vi.stubEnv('ACCOUNT_LINKING', 'verified-email');
      vi.stubEnv('PROFILE_MAX_AGE_HOURS', '24');
      vi.stubEnv('TABLE_NAME', 'table');
      vi.stubEnv('AWS_REGION', 'eu-central-1');
      vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
      const { handler } = await import('../../../../functions/authorizer/handler.ts');
      const event = {
        type: 'TOKEN' as const,
        methodArn: 'arn:aws:execute-api:eu-central-1:123456789012:api/sandbox/GET/todo',
        authorizationToken: 'Bearer opaque',
      };
      const result = await handler(event, { awsRequestId: 'r1' } as Context, () => {});
      expect((result as APIGatewayAuthorizerResult).context).toMatchObject({ reason_code: 'opaque' });
    },
  );
});
