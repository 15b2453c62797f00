import { scopes as apiScopes, product } from '../../functions/product.ts';
import type { Tag } from '../../functions/routes.ts';
import { describedProblemKinds } from '../openapi/problem-kinds.ts';
import type { AssetNames } from './assets.ts';
import { type Html, html } from './html.ts';

/** The settings of the deployment that the page contains. None of them is secret. */
export interface PageSettings {
  /** With its trailing slash. */
  readonly issuer: string;
  readonly audience: string;
  readonly docsClientId: string | undefined;
  readonly requireScopes: boolean;
  readonly assets: AssetNames;
}

/** A placeholder for the part of the address before `/docs`. functions/docs/page.ts fills it in. */
const BASE = '{{base}}';

/** The group of operations that serve the page. People do not try them on the page. */
const HIDDEN_TAG: Tag = 'Documentation';

/** The page of `GET /docs`. */
export function renderPage({ issuer, audience, docsClientId, requireScopes, assets }: PageSettings): string {
  const asked = requireScopes ? Object.entries(apiScopes) : [];
  const scopes = ['openid', 'profile', 'email', ...asked.map(([scope]) => scope)];
  const path = (name: string) => `${BASE}/docs/${name}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${product.title}</title>
<link rel="icon" href="${path(assets.icon)}" type="image/svg+xml">
<link rel="stylesheet" href="${path(assets.swaggerStyle)}">
<link rel="stylesheet" href="${path(assets.style)}">
<script src="${path(assets.swaggerScript)}" defer></script>
<script src="${path(assets.script)}" defer></script>
</head>
<body data-base="${BASE}" data-issuer="${issuer}" data-audience="${audience}" data-client-id="${docsClientId ?? ''}" data-scopes="${scopes.join(' ')}" data-hidden-tag="${HIDDEN_TAG}">
<header class="bar">
<nav aria-label="Page">
<a href="#operations">Operations</a>
<a href="#errors">Errors</a>
</nav>
<p id="account" role="status">You are not signed in.</p>
<button id="open-sign-in" type="button" class="button primary">Sign in</button>
<button id="sign-out" type="button" class="button" hidden>Sign out</button>
</header>
${renderSignIn(issuer, docsClientId)}
<main>
<div id="api">
<noscript><p>This page needs JavaScript. The OpenAPI document is <a href="${BASE}/openapi.json">openapi.json</a>.</p></noscript>
</div>
${renderProblems()}
</main>
</body>
</html>
`.markup;
}

/** A section for each kind of problem. The `type` of a problem is the address of its section. */
function renderProblems(): Html {
  const sections = describedProblemKinds.map(
    ({ fragment, status, title, meaning, remedy }) => html`<section id="${fragment}">
<h3><a href="#${fragment}">${fragment}</a> <small>${String(status)} ${title}</small></h3>
<p>${renderText(meaning)}</p>
<p>${renderText(remedy)}</p>
</section>
`,
  );
  return html`<div class="problems">
<h2 id="errors">Errors</h2>
<p>Errors are problem details (RFC 9457). The <code>type</code> of each is the address of a section below.</p>
${sections}
</div>`;
}

/** Text in Markdown that has only words and code. */
function renderText(text: string): Html[] {
  return text.split('`').map((part, index) => (index % 2 === 0 ? html`${part}` : html`<code>${part}</code>`));
}

/** One way to sign in: at the issuer if this page has a client there, and otherwise with a token. */
function renderSignIn(issuer: string, docsClientId: string | undefined): Html {
  const token = html`<form id="token-form">
<label for="token">Access token</label>
<textarea id="token" name="token" rows="4" required autocomplete="off" spellcheck="false"></textarea>
<button type="submit" class="button">Use this token</button>
</form>`;
  const ways = docsClientId
    ? html`<button id="start-sign-in" type="button" class="button primary" autofocus>Sign in with your account</button>
<p>A window of ${new URL(issuer).host} opens.</p>
<p id="sign-in-problem" role="alert"></p>
<details>
<summary>Use an access token that you have</summary>
${token}
</details>`
    : html`<p>Paste an access token for this API.</p>
<p id="sign-in-problem" role="alert"></p>
${token}`;
  return html`<dialog id="sign-in" class="sign-in" aria-labelledby="sign-in-title" closedby="any">
<h2 id="sign-in-title">Sign in</h2>
<button id="close-sign-in" type="button" class="close" aria-label="Close">×</button>
${ways}
</dialog>`;
}

/**
 * The headers of the pages and of the files that they load. The content security policy allows scripts and styles of
 * this API only, and calls to this API and the issuer only. Swagger UI's style sheet has icons with `data:` URLs.
 * Source: https://www.w3.org/TR/CSP3/
 */
export function pageHeaders(issuer: string): Readonly<Record<string, string>> {
  const policy = {
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self' data:",
    'connect-src': `'self' ${new URL(issuer).origin}`,
    'form-action': "'none'",
    'base-uri': "'none'",
    'frame-ancestors': "'none'",
  };
  return {
    'Content-Security-Policy': Object.entries(policy)
      .map(([directive, sources]) => `${directive} ${sources}`)
      .join('; '),
    'Referrer-Policy': 'no-referrer',
  };
}
