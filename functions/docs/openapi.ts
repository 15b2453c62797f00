import { createFileRoute, readSibling } from './file-route.ts';

const document = readSibling('openapi.json');

/**
 * `GET /openapi.json`: the description of this API. The deployment made it, without the address of the API: it has the
 * address that the client called. Tools that import the file need an absolute one.
 */
export const handler = createFileRoute(({ baseUrl }) => ({
  content: document.replace('{{base}}', () => new URL(baseUrl).href.replace(/\/$/, '')),
  contentType: 'application/json',
}));
