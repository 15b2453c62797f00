import type { ParameterObject } from 'openapi3-ts/oas31';

/** API Gateway accepts 10,240 bytes in all headers together, with the access token. */
const MAX_LENGTH = 1_000;

/** `*` or a list of entity tags (RFC 9110 §8.8.3, §13.1.1). */
const entityTags = {
  type: 'string',
  minLength: 1,
  maxLength: MAX_LENGTH,
  pattern: '^(\\*|(W/)?"[!#-~]*"(, *(W/)?"[!#-~]*"){0,99})$',
} as const;

const headers = {
  'If-Match': {
    description:
      'The `ETag` of the state that you know, or several. If none is the current one, the response is a 412 and nothing is changed (RFC 9110 §13.1.1).',
    example: '*',
    schema: entityTags,
  },
  'If-None-Match': {
    description:
      'The `ETag` of a state, or several. If one is the current one, a read is a 304 without content, and a write is a 412 and changes nothing (RFC 9110 §13.1.2).',
    example: '"0"',
    schema: entityTags,
  },
  'Idempotency-Key': {
    description:
      'A text that names this request, such as a UUID. A request with the same key and body gets the same resource for a day, or a 404 if it was deleted meanwhile. Another body with the same key is a 422.',
    example: '8e03978e-40d5-43e8-bc93-6894a57f9324',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[ -~]+$' },
  },
  Prefer: {
    description: '`return=minimal` asks for a response without content (RFC 7240 §4.2).',
    // A client that sends all examples expects what the schema of the response says.
    example: 'return=representation',
    schema: { type: 'string', maxLength: MAX_LENGTH },
  },
} as const satisfies Record<string, Omit<ParameterObject, 'name' | 'in'>>;

export type RequestHeaderName = keyof typeof headers;

/** The request headers that routes evaluate, as parameters. */
export const requestHeaders: Readonly<Record<RequestHeaderName, ParameterObject>> = Object.fromEntries(
  Object.entries(headers).map(([name, header]) => [name, { name, in: 'header', ...header }]),
) as never;
