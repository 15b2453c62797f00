import type { SecurityRequirementObject, SecuritySchemeObject } from 'openapi3-ts/oas31';
import { issuerOf } from '../../functions/config.ts';
import { scopes } from '../../functions/product.ts';
import type { Route } from '../../functions/routes.ts';

/** The API finds the user of a token by these scopes. */
const identityScopes = {
  openid: 'Know who you are',
  profile: 'See your profile',
  email: 'See your email address',
} as const;

/** How to authenticate: by signing in (authorization code with PKCE, RFC 7636), or with a token that you have. */
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
          scopes: { ...identityScopes, ...scopes },
        },
      },
    },
    bearer: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'An access token for this API that you already have.',
    },
  };
}

/** The same in words. Each operation says it, because many tools show nothing of the security. */
export function describeAccess({ public: isPublic, scope }: Route, requireScopes: boolean): string {
  if (isPublic) return 'Anybody may call it.';
  return requireScopes && scope
    ? `It needs an access token with the scope \`${scope}\`.`
    : 'It needs an access token.';
}

/** What a route requires of a caller. A public route requires nothing. */
export function securityOf(route: Route, requireScopes: boolean): SecurityRequirementObject[] {
  if (route.public) return [];
  const required = requireScopes && route.scope ? [route.scope] : [];
  return [{ auth0: ['openid', 'email', ...required] }, { bearer: [] }];
}
