import { createFileRoute, readSibling } from './file-route.ts';

const page = readSibling('page.html');
const headers = JSON.parse(readSibling('headers.json')) as Record<string, string>;

/**
 * `GET /docs`: the page that shows the API and calls it. Its assets have absolute paths, for a relative one would
 * mean something else under `/docs/`; so it is told what stands before `/docs`.
 */
export const handler = createFileRoute(({ baseUrl }) => ({
  content: page.replaceAll('{{base}}', new URL(baseUrl).pathname.replace(/\/$/, '')),
  contentType: 'text/html; charset=utf-8',
  headers,
}));
