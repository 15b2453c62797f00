import { withoutOptionalExamples } from './optional-examples.ts';
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
  // Only the open page keeps the token, so nobody can steal it from the disk.
  persistAuthorization: false,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  requestInterceptor: (request) => {
    // Auth0's CORS headers do not allow this one, so the browser would refuse the request. Nothing reads it.
    if (request.url.startsWith(issuer)) delete request.headers['X-Requested-With'];
    return request;
  },
  responseInterceptor: (response) => {
    if (response.url === `${address}/openapi.json`) response.text = withoutOptionalExamples(response.text);
    return response;
  },
});
ui.initOAuth({
  ...(clientId && { clientId }),
  appName: document.title,
  scopes,
  // Without an audience, Auth0 issues an opaque token that only /userinfo accepts.
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
  // Screen readers read every new text aloud, so it is set only when it is different.
  if (account && account.textContent !== text) account.textContent = text;
});

/** Deletes the token and ends the session at Auth0. With that session, the next sign-in would ask for no password. */
signOut?.addEventListener('click', () => {
  const hasSession = signedInBy().includes('auth0');
  ui.authActions.logout(signedInBy());
  if (!hasSession || !clientId) return;
  const logout = new URL('v2/logout', issuer);
  logout.searchParams.set('client_id', clientId);
  logout.searchParams.set('returnTo', `${address}/docs`);
  location.assign(logout);
});
