import type { OperationDetails } from './operation.ts';

/** What the document says of the routes that describe the API, beyond the route table. */
export const docsOperations = {
  getRoot: {
    responses: {
      200: {
        description: 'The addresses of the API.',
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['title', 'resources'],
              properties: {
                title: { type: 'string', description: 'The name of the API.' },
                openapi: {
                  type: 'string',
                  format: 'uri',
                  description: 'The address of this document. It is missing if the deployment leaves it out.',
                },
                docs: {
                  type: 'string',
                  format: 'uri',
                  description: 'The address of the page. It is missing if the deployment leaves it out.',
                },
                resources: {
                  type: 'object',
                  additionalProperties: { type: 'string', format: 'uri' },
                  description: 'The addresses to start from, by the ids of their operations.',
                },
              },
            },
          },
        },
        headers: ['ETag'],
      },
    },
  },
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
