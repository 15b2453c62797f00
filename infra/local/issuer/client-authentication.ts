import type { IssuerClient } from './clients.ts';
import type { IssuerRequest, Parameters } from './http.ts';
import { missingParameter, OAuthError } from './oauth-error.ts';
import { secretsEqual } from './secrets.ts';

/**
 * Authenticates the client of a token request, by HTTP Basic or by the parameters of the body (RFC 6749 §2.3.1).
 * A public client has no secret and gives only its id.
 * @throws {OAuthError} 400 when the request has no client id or uses both methods; 401 when the client is unknown
 *   or its secret is wrong
 */
export function authenticateClient(
  clients: readonly IssuerClient[],
  request: IssuerRequest,
  parameters: Parameters,
): IssuerClient {
  const { clientId, clientSecret } = basicCredentials(request, parameters) ?? {
    clientId: parameters.get('client_id'),
    clientSecret: parameters.get('client_secret'),
  };
  if (clientId === undefined) throw missingParameter('client_id');
  const client = clients.find((candidate) => candidate.clientId === clientId);
  if (!client || !provesItself(client, clientSecret)) throw unauthorized();
  return client;
}

function provesItself(client: IssuerClient, secret: string | undefined): boolean {
  if (client.clientSecret === undefined) return true;
  return secret !== undefined && secretsEqual(client.clientSecret, secret);
}

function basicCredentials(
  request: IssuerRequest,
  parameters: Parameters,
): { clientId: string; clientSecret: string } | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString();
  const colon = decoded.indexOf(':');
  if (colon < 0) throw unauthorized();
  const clientId = formDecoded(decoded.slice(0, colon));
  const named = parameters.get('client_id') ?? clientId;
  if (parameters.has('client_secret') || named !== clientId) {
    throw new OAuthError(400, 'invalid_request', 'The client uses more than one authentication method');
  }
  return { clientId, clientSecret: formDecoded(decoded.slice(colon + 1)) };
}

/** In HTTP Basic, the client id and the secret are form-encoded (RFC 6749 §2.3.1). */
function formDecoded(text: string): string {
  return new URLSearchParams(`v=${text.replaceAll('&', '%26')}`).get('v') ?? '';
}

function unauthorized(): OAuthError {
  return new OAuthError(401, 'access_denied', 'Unauthorized');
}
