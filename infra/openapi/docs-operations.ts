import { MAX_URI_LENGTH } from './json-schema.ts';
import type { OperationDetails } from './operation.ts';

/** The response of a function can have 6 MB. */
const file = { type: 'string', maxLength: 6_291_456 } as const;

/** What the document says of the routes that describe the API, beyond the route table. */
export const docsOperations = {
  getRoot: {
    description: 'Start here if you know only the address of the API.',
    responses: {
      200: {
        description: 'The addresses of the API.',
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['title', 'resources'],
              properties: {
                title: { type: 'string', maxLength: 200, description: 'The name of the API.' },
                openapi: {
                  type: 'string',
                  format: 'uri',
                  maxLength: MAX_URI_LENGTH,
                  description: 'The address of this document. It is missing if the deployment leaves it out.',
                },
                docs: {
                  type: 'string',
                  format: 'uri',
                  maxLength: MAX_URI_LENGTH,
                  description: 'The address of the page. It is missing if the deployment leaves it out.',
                },
                resources: {
                  type: 'object',
                  additionalProperties: { type: 'string', format: 'uri', maxLength: MAX_URI_LENGTH },
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
    description: 'The document names the address that you called, so tools can import it from a file.',
    responses: {
      200: {
        description: 'This document.',
        content: { 'application/json': { schema: { type: 'object' } } },
        headers: ['ETag'],
      },
    },
  },
  getDocs: {
    description: 'The page has a section about each kind of problem. The `type` of a problem is its address.',
    responses: {
      200: {
        description:
          'The page. Its Content-Security-Policy lets it load files of this API, and call this API and the issuer.',
        content: { 'text/html': { schema: file } },
        headers: ['ETag', 'Content-Security-Policy', 'Referrer-Policy'],
      },
    },
  },
  getDocsAsset: {
    description: 'Only the page needs it.',
    responses: {
      200: {
        description: 'The file. A file with a hash in its name never changes.',
        content: {
          'text/css': { schema: file },
          'text/html': { schema: file },
          'text/javascript': { schema: file },
          'text/plain': { schema: file },
          'image/svg+xml': { schema: file },
        },
        headers: ['ETag'],
        optionalHeaders: ['Content-Security-Policy', 'Referrer-Policy'],
      },
    },
    examples: {
      redirect: {
        summary: 'The page that the issuer redirects to',
        path: { asset: 'oauth2-redirect.html' },
        anonymous: true,
        status: 200,
      },
      unknown: {
        summary: 'There is no such file',
        path: { asset: 'nothing.js' },
        anonymous: true,
        status: 404,
      },
    },
  },
} as const satisfies Record<string, OperationDetails>;
