import { html } from './html.ts';

/** The callback page of a sign-in. Its script passes the authorization code to the docs page and closes the window. */
export function renderRedirectPage({ script, style }: { script: string; style: string }): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sign in</title>
<link rel="stylesheet" href="${style}">
<script src="${script}"></script>
</head>
<body>
<main><p>You can close this window.</p></main>
</body>
</html>
`.markup;
}
