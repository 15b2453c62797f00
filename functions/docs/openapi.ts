import { createFileRoute, readSibling } from './file-route.ts';

const document = readSibling('openapi.json');

/** `GET /openapi.json`: the description of this API. The deployment made it. */
export const handler = createFileRoute(() => ({
  content: document,
  contentType: 'application/json',
}));
