import type { SecurityRequirementObject, SecuritySchemeObject } from 'openapi3-ts/oas31';
import { issuerOf } from '../../functions/config.ts';
import type { Route } from '../../functions/routes.ts';

/** By these the API finds the user of a token. */
const identityScopes = {
  openid: 'Know who you are',
  profile: 'See your profile',
  email: 'See your email address',
} as const;

const todoScopes = { 'read:todos': 'Read your todos', 'write:todos': 'Change your todos' } as const;

/**
 * How to authenticate: by signing in (authorization code with PKCE, RFC 7636), or with a token that is there
 * already.
 */
export function securitySchemes(auth0Domain: string): Readonly<Record<string, SecuritySchemeObject>> {
  const issuer = issuerOf(auth0Domain);
  return {
    auth0: {
      type: 'oauth2',
      description: 'Sign in with your account. Leave the client secret empty: a browser cannot keep one.',
      flows: {
        authorizationCode: {
          authorizationUrl: `${issuer}authorize`,
          tokenUrl: `${issuer}oauth/token`,
          scopes: { ...identityScopes, ...todoScopes },
        },
      },
    },
    bearer: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'An access token for this API, got in any other way.',
    },
  };
}

/** What a route asks of a caller; nothing of a public one's. */
export function securityOf(route: Route, requireScopes: boolean): SecurityRequirementObject[] {
  if (route.public) return [];
  const scopes = requireScopes && route.scope ? [route.scope] : [];
  return [{ auth0: ['openid', 'email', ...scopes] }, { bearer: [] }];
}
