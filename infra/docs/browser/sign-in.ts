import * as oauth from 'oauth4webapi';
import { CALLBACK_CHANNEL } from './callback-channel.ts';

export interface SignInSettings {
  /** With its trailing slash. */
  readonly issuer: string;
  readonly clientId: string;
  /** The API that the token is for. Without it, Auth0 issues an opaque token that only /userinfo accepts. */
  readonly audience: string;
  readonly scopes: string;
  /** The address of the callback page, as the issuer knows it. */
  readonly redirectUri: string;
}

export interface SignedIn {
  readonly accessToken: string;
  /** Undefined if the issuer does not tell it. */
  readonly email: string | undefined;
}

/**
 * Signs a user in, in a window of the issuer: authorization code with PKCE (RFC 6749 §4.1, RFC 7636). Only a click may
 * call it, because browsers block a window that no user asked for.
 * @param signal ends the wait for the user
 * @throws {Error} when the browser blocks the window, or when the issuer refuses. The message is for the user.
 */
export async function signIn(settings: SignInSettings, signal: AbortSignal): Promise<SignedIn> {
  const { issuer, clientId, audience, scopes, redirectUri } = settings;
  // The window opens before anything is awaited. Safari would block it later.
  const popup = window.open('', '_blank', 'popup,width=480,height=720');
  if (!popup) throw new Error('The browser blocked the window. Allow pop-ups for this page, and try again.');
  // The sites in that window must not be able to navigate this page.
  popup.opener = null;

  const verifier = oauth.generateRandomCodeVerifier();
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
  const authorization = new URL('authorize', issuer);
  authorization.search = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: scopes,
    audience,
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }).toString();
  const callback = waitForCallback(state, signal);
  popup.location.replace(authorization);

  const server = { issuer, token_endpoint: new URL('oauth/token', issuer).href };
  const client = { client_id: clientId };
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    oauth.validateAuthResponse(server, client, await callback, state),
    redirectUri,
    verifier,
    // Only an issuer on this machine has no certificate.
    { [oauth.allowInsecureRequests]: issuer.startsWith('http:'), signal },
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  const email = oauth.getValidatedIdTokenClaims(tokens)?.email;
  return { accessToken: tokens.access_token, email: typeof email === 'string' ? email : undefined };
}

/** Waits for the response to one request. Other tabs of the page hear each other's responses, and ignore them. */
function waitForCallback(state: string, signal: AbortSignal): Promise<URLSearchParams> {
  const channel = new BroadcastChannel(CALLBACK_CHANNEL);
  return new Promise<URLSearchParams>((resolve, reject) => {
    channel.addEventListener('message', ({ data }: MessageEvent<string>) => {
      const parameters = new URLSearchParams(data);
      if (parameters.get('state') === state) resolve(parameters);
    });
    signal.addEventListener('abort', () => reject(signal.reason));
  }).finally(() => channel.close());
}

/** What to tell the user about a failed sign-in. */
export function toMessage(error: unknown): string {
  if (error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError) {
    return `The issuer refused: ${error.error_description ?? error.error}`;
  }
  return error instanceof Error ? error.message : String(error);
}
