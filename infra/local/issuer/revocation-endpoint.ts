import { authenticateClient } from './client-authentication.ts';
import type { IssuerClient } from './clients.ts';
import { bodyParameters, type EndpointHandler, type IssuerRequest, type Parameters } from './http.ts';
import { missingParameter, OAuthError } from './oauth-error.ts';
import type { RefreshTokens } from './refresh-tokens.ts';

/**
 * Makes POST /oauth/revoke (RFC 7009). It revokes a refresh token of the client, with its whole family. An unknown
 * token, or one of another client, is a 200 too, and nothing changes. An access token cannot be revoked.
 * Source: https://auth0.com/docs/secure/tokens/refresh-tokens/revoke-refresh-tokens
 */
export function createRevocationEndpoint(
  clients: readonly IssuerClient[],
  refreshTokens: RefreshTokens,
): EndpointHandler {
  /** The error of an unknown client differs from that of the token endpoint, as it does at Auth0. */
  const authenticate = (request: IssuerRequest, parameters: Parameters) => {
    try {
      return authenticateClient(clients, request, parameters);
    } catch (error) {
      if (!(error instanceof OAuthError) || error.status !== 401) throw error;
      throw new OAuthError(401, 'invalid_client', error.message);
    }
  };

  return async (request) => {
    const parameters = await bodyParameters(request);
    const client = authenticate(request, parameters);
    const token = parameters.get('token');
    if (token === undefined) throw missingParameter('token');
    const grant = refreshTokens.find(token);
    if (grant?.clientId === client.clientId) refreshTokens.revokeFamily(grant.family);
    return { status: 200, headers: { 'Cache-Control': 'no-store' } };
  };
}
