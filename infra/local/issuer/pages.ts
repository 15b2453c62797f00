import { type Html, html } from './html.ts';
import type { EndpointHandler, IssuerResponse } from './http.ts';
import { OAuthError } from './oauth-error.ts';
import { sha256 } from './secrets.ts';
import type { IssuerUser } from './users.ts';

const stylesheet = `
:root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif; background: light-dark(#f3f4f6, #111827); color: light-dark(#111827, #f9fafb); }
body { margin: 0; padding: clamp(1rem, 8vh, 5rem) 1rem; }
main { box-sizing: border-box; max-width: 26rem; margin: 0 auto; padding: 2rem 1.5rem; border: 1px solid light-dark(#d1d5db, #374151); border-radius: 0.75rem; background: light-dark(#fff, #1f2937); overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; }
p { margin: 0.5rem 0 0; }
label, input, button { display: block; box-sizing: border-box; width: 100%; font: inherit; }
label { margin-top: 1.25rem; font-weight: 600; }
input { margin-top: 0.25rem; padding: 0.625rem; border: 1px solid #767676; border-radius: 0.375rem; background: light-dark(#fff, #111827); color: inherit; }
input[aria-invalid] { border: 2px solid light-dark(#b91c1c, #f87171); }
button { margin-top: 1.5rem; padding: 0.75rem; border: 0; border-radius: 0.375rem; background: #1d4ed8; color: #fff; font-weight: 600; cursor: pointer; }
:focus-visible { outline: 3px solid light-dark(#b45309, #fbbf24); outline-offset: 2px; }
.error { margin-top: 1rem; padding: 0.5rem 0.75rem; border-left: 4px solid #b91c1c; background: #fee2e2; color: #7f1d1d; }
.hint { margin-top: 1.5rem; padding-top: 1rem; border-top: 1px solid light-dark(#d1d5db, #374151); font-size: 0.875rem; color: light-dark(#4b5563, #d1d5db); }
.users button { margin-top: 0.5rem; border: 1px solid #767676; background: light-dark(#fff, #111827); color: inherit; text-align: left; }
.users span { display: block; font-weight: 400; font-size: 0.875rem; }
`;

/** The message that auth0-spa-js expects: https://github.com/auth0/auth0-spa-js/blob/main/src/utils.ts */
const webMessageScript = `
const { response, target } = document.body.dataset;
const application = window.opener ?? window.parent;
application.postMessage({ type: 'authorization_response', response: JSON.parse(response) }, target);
`;

/** The page with the form for an email and a password. The form also posts the id of the transaction. */
export function loginPage(page: {
  readonly status: 200 | 400;
  readonly transactionId: string;
  readonly clientName: string;
  readonly email: string;
  readonly error?: string;
  /** The users that the page offers as buttons. */
  readonly users: readonly IssuerUser[];
  readonly redirectUri: string;
}): IssuerResponse {
  const failed = page.error !== undefined;
  const describedBy = failed ? html` aria-invalid="true" aria-describedby="error"` : html``;
  // The focus is on the first empty field.
  const focus = (isNext: boolean) => (isNext ? html` autofocus` : html``);
  const content = html`<h1>Sign in</h1>
<p>to continue to ${page.clientName}</p>
${failed ? html`<p class="error" id="error" role="alert">${page.error}</p>` : html``}
<form method="post" action="/u/login">
<input type="hidden" name="state" value="${page.transactionId}">
<label for="username">Email address</label>
<input id="username" name="username" type="email" autocomplete="username" required value="${page.email}"${describedBy}${focus(page.email === '')}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${describedBy}${focus(page.email !== '')}>
<button type="submit">Continue</button>
</form>
${page.users.length > 0 ? userButtons(page.users, page.transactionId) : html``}`;
  return pageResponse(page.status, 'Sign in', content, `'self' ${formActionSource(page.redirectUri)}`);
}

/** A page with a message: an error that must not go to a redirect URI, or the end of a logout. */
export function messagePage(status: number, title: string, message: string): IssuerResponse {
  return pageResponse(status, title, html`<h1>${title}</h1>\n<p>${message}</p>`, "'none'");
}

/**
 * A page without content that gives a response to the window that framed or opened it (response_mode=web_message).
 * Only a window of the origin `target` gets the message, and only its pages may frame this one.
 */
export function webMessagePage(
  target: string,
  response: Record<string, string>,
  headers: Record<string, string>,
): IssuerResponse {
  const document = html`<!doctype html>
<title>Sign in</title>
<body data-target="${target}" data-response="${JSON.stringify(response)}">
<script>${{ markup: webMessageScript }}</script>
`;
  // A CSP cannot name the origin of an IPv6 host.
  const ancestor = target.includes('[') ? "'none'" : target;
  return {
    status: 200,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': `default-src 'none'; script-src ${hashSource(webMessageScript)}; base-uri 'none'; form-action 'none'; frame-ancestors ${ancestor}`,
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    },
    body: document.markup,
  };
}

/** Makes a handler show its `OAuthError`s on a page, because a person reads the response. */
export function withErrorPage(title: string, handler: EndpointHandler): EndpointHandler {
  return async (request) => {
    try {
      return await handler(request);
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      return messagePage(error.status, title, error.message);
    }
  };
}

/** The buttons sign a user in without the password, because this issuer is for development on one machine. */
function userButtons(users: readonly IssuerUser[], transactionId: string): Html {
  return html`<form class="hint users" method="post" action="/u/login">
<p>This issuer is for development on this machine. Sign in as one of its users without a password:</p>
<input type="hidden" name="state" value="${transactionId}">
${users.map(
  ({
    subject,
    email,
    emailVerified,
  }) => html`<button type="submit" name="user" value="${subject}">${email}${emailVerified ? html`` : html` <span>unverified email address</span>`}</button>
`,
)}</form>`;
}

/** Browsers apply `form-action` also to the redirect after the form, so it lists the origin of the callback. */
function formActionSource(redirectUri: string): string {
  const url = new URL(redirectUri);
  // The origin of a custom scheme is opaque. Neither it nor an IPv6 host is a valid host-source of a CSP.
  const hasHostSource = url.origin !== 'null' && !url.hostname.startsWith('[');
  return hasHostSource ? url.origin : url.protocol;
}

function pageResponse(status: number, title: string, content: Html, formAction: string): IssuerResponse {
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${{ markup: stylesheet }}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`;
  return {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': `default-src 'none'; style-src ${hashSource(stylesheet)}; form-action ${formAction}; base-uri 'none'; frame-ancestors 'none'`,
      'Cache-Control': 'no-store',
      // The login checks the form's Origin header. With `no-referrer` it would be "null".
      'Referrer-Policy': 'same-origin',
      'X-Content-Type-Options': 'nosniff',
    },
    body: document.markup,
  };
}

/** The source of a CSP that allows this style or script (CSP3 §2.3.1). */
function hashSource(text: string): string {
  return `'sha256-${sha256(text).toString('base64')}'`;
}
