import type { HeaderObject, HeadersObject } from 'openapi3-ts/oas31';
import { MAX_URI_LENGTH } from './json-schema.ts';

const challenge = { type: 'string', pattern: '^Bearer realm="[^"]+"', maxLength: 500 } as const;

const headers = {
  'X-Request-Id': {
    description: 'The id of the request. The logs have it too.',
    schema: { type: 'string', format: 'uuid', minLength: 36, maxLength: 36 },
  },
  'Cache-Control': {
    description: 'Which caches may keep the response, and for how long.',
    schema: { type: 'string', maxLength: 200 },
  },
  ETag: {
    description: 'The tag of this state, for `If-Match` and `If-None-Match`.',
    schema: { type: 'string', pattern: '^(W/)?"[^"]+"$', maxLength: 200 },
  },
  Location: {
    description: 'The address of the new resource.',
    schema: { type: 'string', format: 'uri', maxLength: MAX_URI_LENGTH },
  },
  Link: {
    description:
      'The addresses of the next page and of the first: `<…>; rel="next", <…>; rel="first"` (RFC 8288). The last page has no `next`. A list on one page has no such header.',
    schema: {
      type: 'string',
      pattern: '^<[^>]+>; rel="(next", <[^>]+>; rel="first|first)"$',
      maxLength: 2 * MAX_URI_LENGTH,
    },
  },
  'Preference-Applied': {
    description: 'The preference of `Prefer` that was honoured.',
    schema: { type: 'string', const: 'return=minimal' },
  },
  'Retry-After': {
    description: 'The seconds to wait before you try again.',
    schema: { type: 'string', pattern: '^\\d+$', maxLength: 10 },
  },
  'WWW-Authenticate': {
    description:
      'How to authenticate (RFC 6750 §3). It has an error code, unless the request had no access token. If a function sends it, API Gateway renames it to `x-amzn-Remapped-WWW-Authenticate`.',
    schema: challenge,
  },
  'x-amzn-Remapped-WWW-Authenticate': {
    description: '`WWW-Authenticate`, as API Gateway renames it in the response of a function.',
    schema: challenge,
  },
  'Content-Security-Policy': {
    description: 'What the page may load, run and call.',
    schema: { type: 'string', pattern: "^default-src 'none'", maxLength: 2_000 },
  },
  'Referrer-Policy': {
    description: 'Which sites learn the address of the page.',
    schema: { type: 'string', maxLength: 100 },
  },
} as const satisfies Record<string, HeaderObject>;

export type ResponseHeaderName = keyof typeof headers;

/** The headers of a response. Those that it always has are required. */
export function headersOf(
  always: readonly ResponseHeaderName[],
  sometimes: readonly ResponseHeaderName[] = [],
): HeadersObject {
  return Object.fromEntries([
    ...always.map((name) => [name, { ...headers[name], required: true }]),
    ...sometimes.map((name) => [name, headers[name]]),
  ]);
}
