import { userAudience } from './audience.ts';
import { type IssuerClient, isRegisteredOrigin, isRegisteredUri } from './clients.ts';
import type { Parameters } from './http.ts';
import { missingParameter, OAuthError } from './oauth-error.ts';
import { parseScope } from './scopes.ts';
import { defaultConnection, type UserDirectory } from './users.ts';

/**
 * How the client gets the response: in the query of the redirect URI, or as a message to its window. Single-page
 * applications ask for a message from a hidden frame or a popup.
 */
export type ResponseMode = 'query' | 'web_message';

/** The client that asks for a sign-in, and where it gets the response. All were checked. */
export interface ResponseTarget {
  readonly client: IssuerClient;
  readonly redirectUri: string;
  readonly responseMode: ResponseMode;
  readonly state: string | undefined;
}

/** An authorization request of OAuth (RFC 6749 §4.1.1). */
export interface AuthorizationRequest extends ResponseTarget {
  readonly nonce: string | undefined;
  /** The API of the access token; undefined without one. */
  readonly audience: string | undefined;
  readonly scopes: readonly string[];
  readonly codeChallenge: string;
  /** The connection whose users may sign in. */
  readonly connection: string;
  readonly prompt: 'login' | 'none' | undefined;
  readonly loginHint: string;
}

/**
 * Reads the client, its redirect URI and the response mode.
 * @throws {OAuthError} when the client, the URI or the origin of a web message is not registered. Show this error on
 *   a page. A redirect would make the issuer an open redirector (RFC 6749 §4.1.2.1).
 */
export function responseTarget(clients: readonly IssuerClient[], parameters: Parameters): ResponseTarget {
  const clientId = parameters.get('client_id');
  const redirectUri = parameters.get('redirect_uri');
  if (clientId === undefined) throw missingParameter('client_id');
  if (redirectUri === undefined) throw missingParameter('redirect_uri');
  const client = clients.find((candidate) => candidate.clientId === clientId);
  if (!client) throw new OAuthError(400, 'invalid_request', `Unknown client: ${clientId}`);
  if (!isRegisteredUri(client.callbacks, redirectUri)) {
    throw new OAuthError(
      403,
      'unauthorized_client',
      `Callback URL mismatch. ${redirectUri} is not in the client's list of Allowed Callback URLs.`,
    );
  }
  // An unknown mode is an error that the query can tell.
  const responseMode = parameters.get('response_mode') === 'web_message' ? 'web_message' : 'query';
  const { origin } = new URL(redirectUri);
  if (responseMode === 'web_message' && !isRegisteredOrigin(client.webOrigins ?? [], origin)) {
    throw new OAuthError(
      403,
      'unauthorized_client',
      `Origin mismatch. ${origin} is not in the client's list of Allowed Web Origins.`,
    );
  }
  return { client, redirectUri, responseMode, state: parameters.get('state') };
}

/**
 * Reads the rest of an authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3, OIDC Core §3.1.2.1).
 * @throws {OAuthError} for an invalid parameter. The response may tell the client this error.
 */
export function authorizationRequest(
  target: ResponseTarget,
  parameters: Parameters,
  options: { users: UserDirectory; audience: string; tenant: string },
): AuthorizationRequest {
  if (!target.client.grantTypes.includes('authorization_code')) {
    throw new OAuthError(
      403,
      'unauthorized_client',
      "Grant type 'authorization_code' not allowed for the client.",
    );
  }
  requireOnly(parameters, 'response_type', ['code'], 'unsupported_response_type');
  const responseMode = parameters.get('response_mode') ?? 'query';
  if (responseMode !== target.responseMode) {
    throw new OAuthError(400, 'invalid_request', `Unsupported response_mode: ${responseMode}`);
  }
  requireOnly(parameters, 'code_challenge_method', ['S256'], 'invalid_request');
  const connection = parameters.get('connection') ?? defaultConnection;
  if (!options.users.hasConnection(connection)) {
    throw new OAuthError(400, 'invalid_request', 'the connection was not found');
  }
  return {
    ...target,
    nonce: parameters.get('nonce'),
    audience: userAudience(parameters.get('audience'), options),
    scopes: parseScope(parameters.get('scope')),
    codeChallenge: codeChallenge(parameters),
    connection,
    prompt: prompt(parameters.get('prompt')),
    loginHint: parameters.get('login_hint') ?? '',
  };
}

function requireOnly(parameters: Parameters, name: string, allowed: readonly string[], error: string): void {
  const value = parameters.get(name);
  if (value === undefined) throw missingParameter(name);
  if (!allowed.includes(value)) throw new OAuthError(400, error, `Unsupported ${name}: ${value}`);
}

/** An S256 challenge is a SHA-256 digest in base64url, which has 43 characters (RFC 7636 §4.2). */
function codeChallenge(parameters: Parameters): string {
  const challenge = parameters.get('code_challenge');
  if (challenge === undefined) throw missingParameter('code_challenge');
  if (!/^[A-Za-z0-9_-]{43}$/.test(challenge)) {
    throw new OAuthError(400, 'invalid_request', 'Malformed code_challenge');
  }
  return challenge;
}

function prompt(value: string | undefined): 'login' | 'none' | undefined {
  const values = parseScope(value);
  if (values.includes('none')) {
    if (values.length === 1) return 'none';
    throw new OAuthError(400, 'invalid_request', 'prompt=none cannot be combined with another prompt');
  }
  return values.includes('login') || values.includes('select_account') ? 'login' : undefined;
}
