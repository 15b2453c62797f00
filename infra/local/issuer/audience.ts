import { OAuthError } from './oauth-error.ts';

/** The audience that an access token needs at /userinfo. It always has the tenant's own name. */
export function userinfoAudience(tenant: string): string {
  return `${tenant}userinfo`;
}

/**
 * The API of a user's access token. It is undefined when the request names no API, because this tenant has no Default
 * Audience. Such a token is opaque, and good for /userinfo only.
 * Source: https://auth0.com/docs/secure/tokens/access-tokens/get-access-tokens#control-access-token-audience
 * @throws {OAuthError} 403 when the tenant has no such API
 */
export function userAudience(
  requested: string | undefined,
  { audience, tenant }: { audience: string; tenant: string },
): string | undefined {
  if (requested === undefined || requested === userinfoAudience(tenant)) return undefined;
  return registeredAudience(requested, audience);
}

/**
 * The API of a machine's access token.
 * @throws {OAuthError} 403 when the request names no API, or the tenant has no such API
 */
export function machineAudience(requested: string | undefined, audience: string): string {
  if (requested !== undefined) return registeredAudience(requested, audience);
  throw new OAuthError(
    403,
    'access_denied',
    'No audience parameter was provided, and no default audience has been configured',
  );
}

function registeredAudience(requested: string, audience: string): string {
  if (requested === audience) return audience;
  throw new OAuthError(403, 'access_denied', `Service not found: ${requested}`);
}
