import { signIn, toMessage } from './sign-in.ts';
import type { SwaggerUi } from './swagger-ui.ts';

/** The security scheme of the document that takes any access token. */
const SCHEME = 'bearer';

/**
 * Connects the dialog and the two buttons of the page with Swagger UI, which sends the token.
 * @param address the absolute address of the API
 */
export function connectSignIn(ui: SwaggerUi, address: string): void {
  const { issuer = '', audience = '', clientId = '', scopes = '' } = document.body.dataset;
  const account = find<HTMLElement>('#account');
  const open = find<HTMLButtonElement>('#open-sign-in');
  const signOut = find<HTMLButtonElement>('#sign-out');
  const dialog = find<HTMLDialogElement>('#sign-in');
  const problem = find<HTMLElement>('#sign-in-problem');
  const form = find<HTMLFormElement>('#token-form');
  let attempt = new AbortController();
  let hasSession = false;

  const start = (token: string, text: string) => {
    ui.preauthorizeApiKey(SCHEME, token);
    account.textContent = text;
    open.hidden = true;
    signOut.hidden = false;
    dialog.close();
    signOut.focus();
  };

  open.addEventListener('click', () => dialog.showModal());
  find('#close-sign-in').addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => {
    attempt.abort();
    problem.textContent = '';
    form.reset();
  });

  document.querySelector('#start-sign-in')?.addEventListener('click', async () => {
    attempt.abort();
    attempt = new AbortController();
    const { signal } = attempt;
    problem.textContent = '';
    try {
      const redirectUri = `${address}/docs/oauth2-redirect.html`;
      const settings = { issuer, audience, clientId, scopes, redirectUri };
      const { accessToken, email } = await signIn(settings, signal);
      hasSession = true;
      start(accessToken, email === undefined ? 'You are signed in.' : `Signed in as ${email}`);
    } catch (error) {
      // An attempt that the user has given up is no problem.
      if (!signal.aborted) problem.textContent = toMessage(error);
    }
  });

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const token = String(new FormData(form).get('token')).trim();
    hasSession = false;
    start(token, 'Signed in with your token');
  });

  // It also ends the session at Auth0. With that session, the next sign-in would ask for no password.
  signOut.addEventListener('click', () => {
    ui.authActions.logout([SCHEME]);
    account.textContent = 'You are not signed in.';
    signOut.hidden = true;
    open.hidden = false;
    open.focus();
    if (!hasSession) return;
    const logout = new URL('v2/logout', issuer);
    logout.searchParams.set('client_id', clientId);
    logout.searchParams.set('returnTo', `${address}/docs`);
    location.assign(logout);
  });
}

function find<E extends Element>(selector: string): E {
  const element = document.querySelector<E>(selector);
  if (!element) throw new Error(`The page has no ${selector}.`);
  return element;
}
