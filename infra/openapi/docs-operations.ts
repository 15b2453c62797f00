import type { OperationDetails } from './operation.ts';

/** What the document says of the routes that describe the API, beyond the route table. */
export const docsOperations = {
  getOpenApi: {
    responses: {
      200: {
        description: 'This document.',
        content: { 'application/json': { schema: { type: 'object' } } },
        headers: ['ETag'],
      },
    },
  },
  getDocs: {
    responses: {
      200: {
        description:
          'The page. Its Content-Security-Policy lets it load files of this API, and call this API and the issuer.',
        content: { 'text/html': { schema: { type: 'string' } } },
        headers: ['ETag', 'Content-Security-Policy', 'Referrer-Policy'],
      },
    },
  },
  getDocsAsset: {
    responses: {
      200: {
        description: 'The file. A file with a hash in its name never changes.',
        content: {
          'text/css': { schema: { type: 'string' } },
          'text/html': { schema: { type: 'string' } },
          'text/javascript': { schema: { type: 'string' } },
          'text/plain': { schema: { type: 'string' } },
          'image/svg+xml': { schema: { type: 'string' } },
        },
        headers: ['ETag'],
        optionalHeaders: ['Content-Security-Policy', 'Referrer-Policy'],
      },
    },
    examples: {
      unknown: {
        summary: 'There is no such file',
        path: { asset: 'nothing.js' },
        anonymous: true,
        status: 404,
      },
    },
  },
} as const satisfies Record<string, OperationDetails>;
