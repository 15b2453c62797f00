import type { IssuerClient } from './clients.ts';
import { OAuthError } from './oauth-error.ts';
import type { IssuerUser } from './users.ts';

/** The OIDC scopes that Auth0 knows: https://auth0.com/docs/get-started/apis/scopes/openid-connect-scopes */
export const oidcScopes = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'] as const;

/** The scopes of a `scope` parameter: separated by spaces (RFC 6749 §3.3), each once, in the order given. */
export function parseScope(scope: string | undefined): string[] {
  return [...new Set((scope ?? '').split(' ').filter((name) => name !== ''))];
}

/** What a user may do at an API with RBAC: those of its `apiScopes` that were assigned to the user. */
export function userPermissions(user: IssuerUser, apiScopes: readonly string[]): string[] {
  return apiScopes.filter((scope) => user.permissions.includes(scope));
}

/**
 * The scopes a user's token gets: of the requested ones the OIDC scopes, and the API's that the user has the
 * permission for. The rest is left out silently, as Auth0 does; `offline_access` needs a client that may refresh.
 */
export function grantedUserScopes(
  requested: readonly string[],
  grant: { user: IssuerUser; client: IssuerClient; apiScopes: readonly string[] },
): string[] {
  const grantable = new Set<string>([...oidcScopes, ...userPermissions(grant.user, grant.apiScopes)]);
  if (!grant.client.grantTypes.includes('refresh_token')) grantable.delete('offline_access');
  return requested.filter((scope) => grantable.has(scope));
}

/**
 * The scopes a machine's token gets: the requested ones, or without a request all that the client was granted.
 * Throws a 403 `OAuthError` when the client has no grant for the API, or one without a requested scope.
 * https://auth0.com/docs/get-started/applications/application-access-to-apis-client-grants
 */
export function grantedMachineScopes(
  requested: readonly string[],
  grant: { client: IssuerClient; audience: string; apiScopes: readonly string[] },
): string[] {
  const { permissions } = grant.client;
  if (!permissions) {
    throw new OAuthError(
      403,
      'access_denied',
      `Client is not authorized to access "${grant.audience}". You need to create a "client-grant" associated to this API.`,
    );
  }
  const granted = grant.apiScopes.filter((scope) => permissions.includes(scope));
  const refused = requested.filter((scope) => !granted.includes(scope));
  if (refused.length > 0) {
    throw new OAuthError(403, 'access_denied', `Client has not been granted scopes: ${refused.join(', ')}`);
  }
  return requested.length > 0 ? [...requested] : granted;
}

/** Refuses an API that is not registered; without one, the tenant's Default Audience applies. */
export function requireAudience(requested: string | undefined, registered: string): void {
  if (requested !== undefined && requested !== registered) {
    throw new OAuthError(403, 'access_denied', `Service not found: ${requested}`);
  }
}
