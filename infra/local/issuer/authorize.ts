import type { AuthorizationCodes } from './authorization-codes.ts';
import { type AuthorizationRequest, authorizationRequest, redirectTarget } from './authorization-request.ts';
import type { IssuerClient } from './clients.ts';
import { createExpiringStore } from './expiring-store.ts';
import {
  bodyParameters,
  type EndpointHandler,
  type IssuerRequest,
  redirect,
  toParameters,
  withParameters,
} from './http.ts';
import { OAuthError } from './oauth-error.ts';
import { loginPage, withErrorPage } from './pages.ts';
import type { Session, Sessions } from './sessions.ts';
import type { UserDirectory } from './users.ts';

/** The form of a login page is accepted for ten minutes. */
const transactionTtlMs = 10 * 60_000;

/**
 * Makes GET /authorize and POST /u/login. The first redirects with a code if the browser has a session, and shows
 * the login page if not. The second receives the form of that page.
 * @param options.now the clock, in milliseconds since the epoch
 */
export function createAuthorizeEndpoints(options: {
  clients: readonly IssuerClient[];
  users: UserDirectory;
  sessions: Sessions;
  codes: AuthorizationCodes;
  audience: string;
  now: () => number;
}): { authorize: EndpointHandler; login: EndpointHandler } {
  const { clients, users, sessions, codes } = options;
  const transactions = createExpiringStore<AuthorizationRequest>({
    ttlMs: transactionTtlMs,
    now: options.now,
  });

  const codeLocation = (request: AuthorizationRequest, session: Session) => {
    const code = codes.issue({
      clientId: request.client.clientId,
      redirectUri: request.redirectUri,
      codeChallenge: request.codeChallenge,
      subject: session.subject,
      scopes: request.scopes,
      sessionId: session.sessionId,
      nonce: request.nonce,
    });
    return withParameters(request.redirectUri, { code, state: request.state });
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
      knownEmails: users.emails(request.connection),
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
    const target = redirectTarget(clients, parameters);
    try {
      const request = authorizationRequest(target, parameters, options);
      const session = usableSession(httpRequest, request);
      if (session) return redirect(codeLocation(request, session));
      if (request.prompt === 'none') throw new OAuthError(403, 'login_required', 'Login required');
      return showLogin(transactions.add(request), request);
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      return redirect(
        withParameters(target.redirectUri, { ...error.body(), state: parameters.get('state') }),
      );
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
    const user = users.authenticate(request.connection, email, parameters.get('password') ?? '');
    if (!user) return showLogin(transactionId, request, { email, error: 'Wrong email or password.' });
    transactions.delete(transactionId);
    const { session, cookie } = sessions.begin(httpRequest, user.subject);
    return redirect(codeLocation(request, session), { 'Set-Cookie': cookie });
  });

  return { authorize, login };
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
