import { createLocalJWKSet, errors, jwtVerify } from 'jose';
import { type IssuerClient, isRegisteredUri } from './clients.ts';
import {
  type EndpointHandler,
  type IssuerRequest,
  type IssuerResponse,
  redirect,
  toParameters,
  withParameters,
} from './http.ts';
import type { IssuerNames } from './issuer-names.ts';
import { OAuthError } from './oauth-error.ts';
import { messagePage, withErrorPage } from './pages.ts';
import type { Sessions } from './sessions.ts';
import type { SigningKeys } from './signing-keys.ts';

/**
 * Makes GET /v2/logout (https://auth0.com/docs/authenticate/login/logout/redirect-users-after-logout) and
 * GET /oidc/logout (OIDC RP-Initiated Logout 1.0). Both end the session of the browser. They redirect only to a
 * logout URL that the given client has registered, or any client if the request gives none.
 */
export function createLogoutEndpoints(options: {
  clients: readonly IssuerClient[];
  sessions: Sessions;
  keys: SigningKeys;
  names: IssuerNames;
}): { logout: EndpointHandler; oidcLogout: EndpointHandler } {
  const { clients, sessions, keys, names } = options;

  const clientsNamed = (clientId: string | undefined) =>
    clientId === undefined ? clients : clients.filter((client) => client.clientId === clientId);

  const end = (request: IssuerRequest, response: IssuerResponse): IssuerResponse => ({
    ...response,
    headers: { ...response.headers, 'Set-Cookie': sessions.end(request) },
  });

  const respond = (clientId: string | undefined, target: string | undefined, state?: string) => {
    if (target === undefined) return messagePage(200, 'Signed out', 'You are signed out.');
    const registered = clientsNamed(clientId).flatMap((client) => client.logoutUrls);
    if (isRegisteredUri(registered, target)) return redirect(withParameters(target, { state }));
    return messagePage(400, 'Signed out', `${target} is not in the list of Allowed Logout URLs.`);
  };

  const logout: EndpointHandler = (request) => {
    const parameters = toParameters(request.query);
    return end(request, respond(parameters.get('client_id'), parameters.get('returnTo')));
  };

  /** The client of an ID token of this issuer. An expired token is accepted too (RP-Initiated Logout §2). */
  const hintedClientId = async (idToken: string) => {
    try {
      const { payload } = await jwtVerify(idToken, createLocalJWKSet(keys.trustedJwks()), {
        issuer: [...names.all],
        algorithms: ['RS256'],
        currentDate: new Date(0), // No token has expired at this date.
      });
      return typeof payload.aud === 'string' ? payload.aud : undefined;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  };

  const oidcLogout: EndpointHandler = async (request) => {
    const parameters = toParameters(request.query);
    const hint = parameters.get('id_token_hint');
    const hinted = hint === undefined ? undefined : await hintedClientId(hint);
    const clientId = parameters.get('client_id') ?? hinted;
    if (hint !== undefined && (hinted === undefined || clientId !== hinted)) {
      throw new OAuthError(400, 'invalid_request', 'Invalid id_token_hint');
    }
    const target = parameters.get('post_logout_redirect_uri');
    return end(request, respond(clientId, target, parameters.get('state')));
  };

  return {
    logout: withErrorPage('Sign-out failed', logout),
    oidcLogout: withErrorPage('Sign-out failed', oidcLogout),
  };
}
