import { authenticateClient } from './client-authentication.ts';
import type { IssuerClient } from './clients.ts';
import type { Grant } from './grants.ts';
import { bodyParameters, type EndpointHandler, json } from './http.ts';
import { missingParameter, OAuthError } from './oauth-error.ts';

/** RFC 6749 §5.1. */
const uncached = { 'Cache-Control': 'no-store', Pragma: 'no-cache' };

/**
 * Makes POST /oauth/token. It authenticates the client and passes the request to the grant.
 * Source: https://auth0.com/docs/api/authentication
 */
export function createTokenEndpoint(
  clients: readonly IssuerClient[],
  grants: ReadonlyMap<string, Grant>,
): EndpointHandler {
  return async (request) => {
    try {
      const parameters = await bodyParameters(request);
      const grantType = parameters.get('grant_type');
      if (grantType === undefined) throw missingParameter('grant_type');
      const grant = grants.get(grantType);
      if (!grant) {
        throw new OAuthError(403, 'unsupported_grant_type', `Unsupported grant type: ${grantType}`);
      }
      const client = authenticateClient(clients, request, parameters);
      requireGrantType(client, grantType);
      return json(200, await grant(client, parameters, request.issuer), uncached);
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      // A client that used the Authorization header must learn the scheme (RFC 6749 §5.2).
      const challenge = error.status === 401 && request.headers.authorization !== undefined;
      return json(error.status, error.body(), {
        ...uncached,
        ...(challenge && { 'WWW-Authenticate': 'Basic realm="oauth"' }),
      });
    }
  };
}

function requireGrantType(client: IssuerClient, grantType: string): void {
  if (client.grantTypes.includes(grantType)) return;
  throw new OAuthError(403, 'unauthorized_client', `Grant type '${grantType}' not allowed for the client.`, {
    error_uri: 'https://auth0.com/docs/clients/client-grant-types',
  });
}
