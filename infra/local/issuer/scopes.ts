import type { IssuerClient } from './clients.ts';
import { OAuthError } from './oauth-error.ts';
import type { IssuerUser } from './users.ts';

/** The OIDC scopes of Auth0. Source: https://auth0.com/docs/get-started/apis/scopes/openid-connect-scopes */
export const oidcScopes = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'] as const;

/** The scopes of a `scope` parameter, which spaces separate (RFC 6749 §3.3), without repetitions. */
export function parseScope(scope: string | undefined): string[] {
  return [...new Set((scope ?? '').split(' ').filter((name) => name !== ''))];
}

/** The permissions of a user at an API with RBAC: the scopes of the API that are assigned to the user. */
export function userPermissions(user: IssuerUser, apiScopes: readonly string[]): string[] {
  return apiScopes.filter((scope) => user.permissions.includes(scope));
}

/**
 * The scopes of a user's token: the requested OIDC scopes, and the requested scopes of the API that the user has
 * as permissions. Other scopes are left out without an error, as Auth0 does. `offline_access` needs a client with
 * the grant type `refresh_token`.
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
 * The scopes of a machine token: the requested scopes, or all scopes of the client grant if none is requested.
 * @throws {OAuthError} 403 when the client has no client grant, or the grant lacks a requested scope
 * Source: https://auth0.com/docs/get-started/applications/application-access-to-apis-client-grants
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
