import { html } from './html.ts';

/** The callback page of a sign-in. Its script passes the authorization code to the docs page and closes the window. */
export function renderRedirectPage(script: string): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Signing in …</title>
<script src="${script}"></script>
</head>
<body>
<p>You are signed in. This window will close.</p>
</body>
</html>
`.markup;
}
