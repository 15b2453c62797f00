import { type Html, html } from './html.ts';
import type { EndpointHandler, IssuerResponse } from './http.ts';
import { OAuthError } from './oauth-error.ts';
import { sha256 } from './secrets.ts';

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
.hint ul { margin: 0.25rem 0 0; padding-left: 1.25rem; }
`;
const stylesheetHash = `sha256-${sha256(stylesheet).toString('base64')}`;

/** The page with the form for an email and a password. The form also posts the id of the transaction. */
export function loginPage(page: {
  readonly status: 200 | 400;
  readonly transactionId: string;
  readonly clientName: string;
  readonly email: string;
  readonly error?: string;
  /** The emails that the page lists as a hint. */
  readonly knownEmails: readonly string[];
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
${page.knownEmails.length > 0 ? knownEmailsHint(page.knownEmails) : html``}`;
  return pageResponse(page.status, 'Sign in', content, `'self' ${formActionSource(page.redirectUri)}`);
}

/** A page with a message: an error that must not go to a redirect URI, or the end of a logout. */
export function messagePage(status: number, title: string, message: string): IssuerResponse {
  return pageResponse(status, title, html`<h1>${title}</h1>\n<p>${message}</p>`, "'none'");
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

function knownEmailsHint(emails: readonly string[]): Html {
  return html`<div class="hint">
<p>This issuer is for development on this machine. Its users are:</p>
<ul>${emails.map((email) => html`<li>${email}</li>`)}</ul>
<p>The command that started the issuer prints their passwords.</p>
</div>`;
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
      'Content-Security-Policy': `default-src 'none'; style-src '${stylesheetHash}'; form-action ${formAction}; base-uri 'none'; frame-ancestors 'none'`,
      'Cache-Control': 'no-store',
      // The login checks the form's Origin header. With `no-referrer` it would be "null".
      'Referrer-Policy': 'same-origin',
      'X-Content-Type-Options': 'nosniff',
    },
    body: document.markup,
  };
}
