import type { ParameterObject } from 'openapi3-ts/oas31';

const headers = {
  'If-Match': {
    description:
      'The `ETag` that the change is based on: if it is not the current one, the answer is a 412 and nothing is changed (RFC 9110 §13.1.1).',
    schema: { type: 'string' },
  },
  'If-None-Match': {
    description: 'The `ETag` of what you have: if it is the current one, the answer is an empty 304.',
    schema: { type: 'string' },
  },
  'Idempotency-Key': {
    description:
      'Any text of your own that names this request, such as a UUID. Sent again within a day with the same body, it gets the same todo; with another body, a 422.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
  Prefer: {
    description: '`return=minimal` for an answer without the todo in it (RFC 7240 §4.2).',
    schema: { type: 'string' },
  },
} as const satisfies Record<string, Omit<ParameterObject, 'name' | 'in'>>;

export type RequestHeaderName = keyof typeof headers;

/** The request headers that routes read, as parameters. */
export const requestHeaders: Readonly<Record<RequestHeaderName, ParameterObject>> = Object.fromEntries(
  Object.entries(headers).map(([name, header]) => [name, { name, in: 'header', ...header }]),
) as never;
