import { createFileRoute, readSibling } from './file-route.ts';

const root = readSibling('root.json');

/** `GET /`: the addresses of the API, of its description and of its page, as this client reaches them. */
export const handler = createFileRoute(({ baseUrl }) => ({
  content: root.replaceAll('{{base}}', baseUrl),
  contentType: 'application/json',
}));
