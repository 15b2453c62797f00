import type { HeaderObject, HeadersObject } from 'openapi3-ts/oas31';

const headers = {
  'X-Request-Id': {
    description: 'The id of the request, by which its log is found.',
    schema: { type: 'string', format: 'uuid' },
  },
  'Cache-Control': {
    description: 'Who may keep the answer, and for how long.',
    schema: { type: 'string' },
  },
  ETag: {
    description: 'Names this state, for `If-Match` and `If-None-Match`.',
    schema: { type: 'string', pattern: '^(W/)?"[^"]+"$' },
  },
  Location: { description: 'The address of what was created.', schema: { type: 'string', format: 'uri' } },
  Link: {
    description: 'While there is more, the address of the next page: `<…>; rel="next"` (RFC 8288).',
    schema: { type: 'string', pattern: '^<[^>]+>; rel="next"$' },
  },
  'Preference-Applied': {
    description: 'The preference of `Prefer` that was honoured.',
    schema: { type: 'string', const: 'return=minimal' },
  },
  'RateLimit-Policy': {
    description: 'How many requests (`q`) of all callers together are let through in how many seconds (`w`).',
    schema: { type: 'string', pattern: '^"stage";q=\\d+;w=1$' },
  },
  'Retry-After': {
    description: 'After how many seconds to try again.',
    schema: { type: 'string', pattern: '^\\d+$' },
  },
  'WWW-Authenticate': {
    description: 'How to authenticate (RFC 6750 §3).',
    schema: { type: 'string', pattern: '^Bearer' },
  },
  'Content-Security-Policy': {
    description: 'What the page may load, run and call.',
    schema: { type: 'string', pattern: "^default-src 'none'" },
  },
  'Referrer-Policy': { description: 'Whom the page tells where it is.', schema: { type: 'string' } },
} as const satisfies Record<string, HeaderObject>;

export type ResponseHeaderName = keyof typeof headers;

/** The headers of one answer: those that it always has are marked so. */
export function headersOf(
  always: readonly ResponseHeaderName[],
  sometimes: readonly ResponseHeaderName[] = [],
): HeadersObject {
  return Object.fromEntries([
    ...always.map((name) => [name, { ...headers[name], required: true }]),
    ...sometimes.map((name) => [name, headers[name]]),
  ]);
}
