import { product } from '../../functions/product.ts';
import type { AssetNames } from './assets.ts';
import { html } from './html.ts';

/** What the page is told of the deployment; nothing of it is secret. */
export interface PageSettings {
  /** With its trailing slash. */
  readonly issuer: string;
  readonly audience: string;
  readonly docsClientId: string | undefined;
  readonly requireScopes: boolean;
  readonly assets: AssetNames;
}

/** Stands for what is before `/docs` in the address, until functions/docs/page.ts knows it. */
const BASE = '{{base}}';

/** `GET /docs`. */
export function renderPage({ issuer, audience, docsClientId, requireScopes, assets }: PageSettings): string {
  const scopes = ['openid', 'profile', 'email', ...(requireScopes ? ['read:todos', 'write:todos'] : [])];
  const path = (name: string) => `${BASE}/docs/${name}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${product.title}</title>
<link rel="icon" href="${path(assets.icon)}" type="image/svg+xml">
<link rel="stylesheet" href="${path(assets.swaggerStyle)}">
<link rel="stylesheet" href="${path(assets.style)}">
<script src="${path(assets.swaggerScript)}" defer></script>
<script src="${path(assets.script)}" defer></script>
</head>
<body data-base="${BASE}" data-issuer="${issuer}" data-audience="${audience}" data-client-id="${docsClientId ?? ''}" data-scopes="${scopes.join(' ')}">
<header>
<p id="account" role="status">You are not signed in.</p>
<button id="sign-out" type="button" hidden>Sign out</button>
</header>
<main id="api">
<noscript><p>This page needs JavaScript. The same is at <a href="${BASE}/openapi.json">openapi.json</a>, for machines.</p></noscript>
</main>
</body>
</html>
`.markup;
}

/** Where the issuer sends the browser back to: a window that hands the code to the page, and closes. */
export function renderRedirectPage(script: string): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Signing in …</title>
<script src="${script}"></script>
</head>
<body>
<p>You are signed in. This window closes by itself.</p>
</body>
</html>
`.markup;
}

/**
 * Lets a page load from this API alone, run no code but that, and call this API and the issuer. Images of `data:`
 * are the icons in Swagger UI's style sheet.
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
