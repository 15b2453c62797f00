import { createFileRoute, readSibling } from './file-route.ts';

const page = readSibling('page.html');
const headers = JSON.parse(readSibling('headers.json')) as Record<string, string>;

/**
 * `GET /docs`: the page that shows the API and calls it. The paths of its assets are absolute, because a relative path
 * would differ between `/docs` and `/docs/`. The page gets the path that stands before `/docs`.
 */
export const handler = createFileRoute(({ baseUrl }) => ({
  content: page.replaceAll('{{base}}', new URL(baseUrl).pathname.replace(/\/$/, '')),
  contentType: 'text/html; charset=utf-8',
  headers,
}));
