import { createAuth0Client } from './auth0-spa-js.js';
import { config } from './config.js';

const element = (id) => document.getElementById(id);

// The SDK keeps tokens in memory, where no other page can read them. It renews them with a refresh token. After a
// reload it asks the issuer in a hidden frame, which works as long as the issuer's session lasts.
const auth0 = await createAuth0Client({
  domain: config.domain,
  clientId: config.clientId,
  useRefreshTokens: true,
  useRefreshTokensFallback: true,
  authorizationParams: {
    // Without the audience, the token is not for the API. The SDK adds the scopes openid, profile and email.
    audience: config.audience,
    redirect_uri: location.origin,
  },
});

/** Sends a request to the API with the user's token. Throws an error with the reason that the API gives. */
async function callApi(url, init = {}) {
  const token = await auth0.getTokenSilently();
  const response = await fetch(url, {
    ...init,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
  });
  if (response.ok) return response;
  // An error is a problem document (RFC 9457). A 400 lists the invalid fields.
  const { detail, errors = {} } = await response.json();
  const fields = Object.entries(errors).map(([field, reasons]) => `${field}: ${reasons.join(', ')}`);
  throw new Error([detail, ...fields].join('\n'));
}

const todosUrl = `${config.apiUrl}/todo`;

/** A response has one page of the list. Its Link header (RFC 8288) names the next one. */
async function listTodos() {
  const todos = [];
  for (let url = todosUrl; url; ) {
    const response = await callApi(url);
    todos.push(...(await response.json()));
    const next = /<([^>]+)>; *rel="?next/.exec(response.headers.get('Link') ?? '')?.[1];
    url = next && new URL(next, response.url);
  }
  return todos;
}

async function showTodos() {
  const items = (await listTodos()).map(({ title }) => {
    const item = document.createElement('li');
    // As text, because a title may look like HTML.
    item.textContent = title;
    return item;
  });
  element('todos').replaceChildren(...items);
}

async function addTodo() {
  const title = element('add').elements.title.value;
  await callApi(todosUrl, { method: 'POST', body: JSON.stringify({ title }) });
  element('add').reset();
  await showTodos();
}

const signIn = () => auth0.loginWithRedirect();
const signOut = () => auth0.logout({ logoutParams: { returnTo: location.origin } });

/** The SDK does this by itself before a token expires. */
async function renew() {
  await auth0.getTokenSilently({ cacheMode: 'off' });
  element('renewed').textContent = `Renewed at ${new Date().toLocaleTimeString()}`;
}

/** Runs an action of the page. When the session has ended, the user signs in again. */
async function run(action) {
  element('error').textContent = '';
  try {
    await action();
  } catch (error) {
    if (['login_required', 'consent_required'].includes(error.error)) return signIn();
    element('error').textContent = error.message;
  }
}

element('sign-in').addEventListener('click', () => run(signIn));
element('sign-out').addEventListener('click', () => run(signOut));
element('renew').addEventListener('click', () => run(renew));
element('add').addEventListener('submit', (event) => {
  event.preventDefault();
  run(addTodo);
});

/** The issuer redirects to this page with a code, or with an error. */
async function finishSignIn() {
  if (!new URLSearchParams(location.search).has('state')) return;
  const callback = location.href;
  history.replaceState({}, '', location.pathname);
  await auth0.handleRedirectCallback(callback);
}

await run(finishSignIn);
const user = await auth0.getUser();
element(user ? 'signed-in' : 'signed-out').hidden = false;
if (user) {
  element('user').textContent = user.email;
  await run(showTodos);
}
