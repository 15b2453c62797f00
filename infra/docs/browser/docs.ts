import { docsPlugin, LAYOUT } from './plugin.ts';
import { toShownDocument } from './shown-document.ts';
import { connectSignIn } from './sign-in-dialog.ts';

const { base = '', hiddenTag = '' } = document.body.dataset;
const address = location.origin + base;
const documentUrl = `${address}/openapi.json`;

// The style sheet of Swagger UI has a dark mode, but it waits for this class.
const dark = matchMedia('(prefers-color-scheme: dark)');
const followSystem = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', followSystem);
followSystem();

const ui = SwaggerUIBundle({
  url: documentUrl,
  dom_id: '#api',
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [docsPlugin],
  layout: LAYOUT,
  validatorUrl: null,
  // Only the open page keeps the token, so nobody can steal it from the disk.
  persistAuthorization: false,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  // Its colours have enough contrast.
  syntaxHighlight: { theme: 'tomorrow-night' },
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  responseInterceptor: (response) => {
    if (response.url === documentUrl) response.text = toShownDocument(response.text, hiddenTag);
    return response;
  },
  onComplete: () => {
    document.body.classList.add('is-loaded');
    // The operations came in above the section that the address names.
    document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  },
});
connectSignIn(ui, address);

// Swagger UI opens each link in a new tab, and a section of this page would be in a tab without the sign-in.
document.addEventListener('click', ({ target }) => {
  if (target instanceof Element) target.closest('a[href^="#"]')?.removeAttribute('target');
});
