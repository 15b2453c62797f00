import type { Route } from '../../../functions/routes.ts';
import { authorizerEvent, proxyEvent } from '../../support/events.ts';
import { createSigningKey, signToken } from '../../support/tokens.ts';

export const ISSUER_DOMAIN = 'tenant.eu.auth0.com';
export const AUDIENCE = 'https://todo.example.com';
const TODO_ID = '01JZZZZZZZZZZZZZZZZZZZZZZZ';

const signingKey = createSigningKey('benchmark');

/** The environment variables of every function, as the template and Lambda set them. */
export const functionEnvironment = {
  AUTH0_DOMAIN: ISSUER_DOMAIN,
  AUTH0_API_AUDIENCE: AUDIENCE,
  ACCOUNT_LINKING: 'verified-email',
  PROFILE_MAX_AGE_HOURS: '24',
  AUTH0_JWKS: JSON.stringify({ fetched_at: Math.floor(Date.now() / 1_000), keys: [signingKey.jwk] }),
  TABLE_NAME: 'todos',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'session',
  AWS_LAMBDA_LOG_FORMAT: 'JSON',
  GRACE_SECONDS: '604800',
};

export function newToken(): string {
  const now = Math.floor(Date.now() / 1000);
  return signToken(signingKey, {
    iss: `https://${ISSUER_DOMAIN}/`,
    sub: 'auth0|alice',
    aud: [AUDIENCE, `https://${ISSUER_DOMAIN}/userinfo`],
    iat: now,
    exp: now + 86_400,
    scope: 'openid profile email',
  });
}

/** A request that the authorizer allows. */
export const signInEvent = () => authorizerEvent(`Bearer ${newToken()}`);

/** A request that succeeds when DynamoDB responds with the todo of the stub. */
export function requestEvent({ method, path, public: isPublic }: Route) {
  const hasBody = method === 'POST' || method === 'PUT' || method === 'PATCH';
  return proxyEvent({
    method,
    resource: path,
    path: path.replace('{id}', TODO_ID),
    ...(path.includes('{id}') && { pathParameters: { id: TODO_ID } }),
    ...(hasBody && { body: { title: 'Buy milk' } }),
    ...(!isPublic && {
      caller: {
        kind: 'user' as const,
        userId: TODO_ID,
        email: 'alice@example.com',
        subject: 'auth0|alice',
        scopes: [],
        expiresAt: Math.floor(Date.now() / 1000) + 86_400,
      },
    }),
  });
}
