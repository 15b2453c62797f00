import './swagger-ui.ts';

const { base = '', issuer = '', audience = '', clientId = '', scopes = '' } = document.body.dataset;
const address = location.origin + base;

const ui = SwaggerUIBundle({
  url: `${address}/openapi.json`,
  dom_id: '#api',
  presets: [SwaggerUIBundle.presets.apis],
  layout: 'BaseLayout',
  oauth2RedirectUrl: `${address}/docs/oauth2-redirect.html`,
  validatorUrl: null,
  // A token is kept by the open page alone: nothing on the disk can be stolen.
  persistAuthorization: false,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  requestInterceptor: (request) => {
    // Nothing reads it, and it is none of the headers that Auth0 says it lets other origins send.
    if (request.url.startsWith(issuer)) delete request.headers['X-Requested-With'];
    return request;
  },
});
ui.initOAuth({
  ...(clientId && { clientId }),
  appName: document.title,
  scopes,
  // Without the audience, Auth0 gives a token that only /userinfo takes.
  additionalQueryStringParams: { audience },
  usePkceWithAuthorizationCodeGrant: true,
});

const account = document.querySelector<HTMLElement>('#account');
const signOut = document.querySelector<HTMLButtonElement>('#sign-out');

function signedInBy(): string[] {
  return [...ui.authSelectors.authorized().keys()];
}

ui.getStore().subscribe(() => {
  const isSignedIn = signedInBy().length > 0;
  if (signOut) signOut.hidden = !isSignedIn;
  const text = isSignedIn ? 'You are signed in.' : 'You are not signed in.';
  // Said aloud by screen readers whenever it changes, so it is only set then.
  if (account && account.textContent !== text) account.textContent = text;
});

/** Forgets the token, and ends the session at the issuer: else the next sign-in would ask nobody who it is. */
signOut?.addEventListener('click', () => {
  const hasSession = signedInBy().includes('auth0');
  ui.authActions.logout(signedInBy());
  if (!hasSession || !clientId) return;
  const logout = new URL('v2/logout', issuer);
  logout.searchParams.set('client_id', clientId);
  logout.searchParams.set('returnTo', `${address}/docs`);
  location.assign(logout);
});
