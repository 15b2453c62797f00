import type { AuthorizationCodes } from './authorization-codes.ts';
import {
  type AuthorizationRequest,
  authorizationRequest,
  type ResponseTarget,
  responseTarget,
} from './authorization-request.ts';
import type { IssuerClient } from './clients.ts';
import { createExpiringStore } from './expiring-store.ts';
import {
  bodyParameters,
  type EndpointHandler,
  type IssuerRequest,
  type IssuerResponse,
  redirect,
  toParameters,
  withParameters,
} from './http.ts';
import { OAuthError } from './oauth-error.ts';
import { loginPage, webMessagePage, withErrorPage } from './pages.ts';
import type { Session, Sessions } from './sessions.ts';
import type { UserDirectory } from './users.ts';

/** The form of a login page is accepted for ten minutes. */
const transactionTtlMs = 10 * 60_000;

/**
 * Makes GET /authorize and POST /u/login. The first responds with a code if the browser has a session, and shows
 * the login page if not. The second receives the forms of that page.
 * @param options.now the clock, in milliseconds since the epoch
 */
export function createAuthorizeEndpoints(options: {
  clients: readonly IssuerClient[];
  users: UserDirectory;
  sessions: Sessions;
  codes: AuthorizationCodes;
  audience: string;
  tenant: string;
  now: () => number;
}): { authorize: EndpointHandler; login: EndpointHandler } {
  const { clients, users, sessions, codes } = options;
  const transactions = createExpiringStore<AuthorizationRequest>({
    ttlMs: transactionTtlMs,
    now: options.now,
  });

  const respondWithCode = (request: AuthorizationRequest, session: Session, headers = {}) => {
    const code = codes.issue({
      clientId: request.client.clientId,
      redirectUri: request.redirectUri,
      codeChallenge: request.codeChallenge,
      subject: session.subject,
      audience: request.audience,
      scopes: request.scopes,
      sessionId: session.sessionId,
      nonce: request.nonce,
    });
    return respond(request, { code }, headers);
  };

  const showLogin = (
    transactionId: string,
    request: AuthorizationRequest,
    failure?: { email: string; error: string },
  ) =>
    loginPage({
      status: failure ? 400 : 200,
      transactionId,
      clientName: request.client.name,
      email: request.loginHint,
      users: users.inConnection(request.connection),
      redirectUri: request.redirectUri,
      ...failure,
    });

  const usableSession = (httpRequest: IssuerRequest, request: AuthorizationRequest) => {
    if (request.prompt === 'login') return undefined;
    const session = sessions.find(httpRequest);
    const connection = session && users.find(session.subject)?.connection;
    return connection === request.connection ? session : undefined;
  };

  const authorize: EndpointHandler = withErrorPage('Sign-in failed', (httpRequest) => {
    const parameters = toParameters(httpRequest.query);
    const target = responseTarget(clients, parameters);
    try {
      const request = authorizationRequest(target, parameters, options);
      const session = usableSession(httpRequest, request);
      if (session) return respondWithCode(request, session);
      if (request.prompt === 'none') throw new OAuthError(403, 'login_required', 'Login required');
      return showLogin(transactions.add(request), request);
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      return respond(target, error.body());
    }
  });

  const login: EndpointHandler = withErrorPage('Sign-in failed', async (httpRequest) => {
    requireSameOrigin(httpRequest);
    const parameters = await bodyParameters(httpRequest);
    const transactionId = parameters.get('state') ?? '';
    const request = transactions.get(transactionId);
    if (!request) {
      throw new OAuthError(
        400,
        'invalid_request',
        'This sign-in has ended or expired. Go back to the application.',
      );
    }
    const email = parameters.get('username') ?? '';
    const chosen = parameters.get('user');
    const user =
      chosen === undefined
        ? users.authenticate(request.connection, email, parameters.get('password') ?? '')
        : users.inConnection(request.connection).find(({ subject }) => subject === chosen);
    if (!user) return showLogin(transactionId, request, { email, error: 'Wrong email or password.' });
    transactions.delete(transactionId);
    const { session, cookie } = sessions.begin(httpRequest, user.subject);
    return respondWithCode(request, session, { 'Set-Cookie': cookie });
  });

  return { authorize, login };
}

/** Gives the client its response, in the mode that it asked for. */
function respond(
  { redirectUri, responseMode, state }: ResponseTarget,
  parameters: Record<string, string>,
  headers: Record<string, string> = {},
): IssuerResponse {
  if (responseMode === 'query')
    return redirect(withParameters(redirectUri, { ...parameters, state }), headers);
  return webMessagePage(new URL(redirectUri).origin, { ...parameters, ...(state && { state }) }, headers);
}

/**
 * Refuses a form that another site posts. Such a site could sign the browser in as the attacker, with the
 * attacker's transaction and password. Browsers send Origin with each POST, so a request without it is not from
 * a browser.
 */
function requireSameOrigin(request: IssuerRequest): void {
  const { origin, host } = request.headers;
  if (origin !== undefined && origin !== `http://${host}`) {
    throw new OAuthError(403, 'access_denied', 'Another site posted this form.');
  }
}
