/**
 * CORS for a bearer-token API: any origin may call, since no cookie or other ambient credential is involved
 * (Fetch standard, "CORS protocol and credentials"). Routes, preflights and gateway responses share it.
 */
export const cors = {
  allowOrigin: '*',
  allowHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match', 'If-None-Match', 'Prefer'],
  exposeHeaders: [
    'ETag',
    'Link',
    'Location',
    'Preference-Applied',
    'RateLimit-Policy',
    'Retry-After',
    'WWW-Authenticate',
    'X-Request-Id',
  ],
  maxAgeSeconds: 7_200,
} as const;

/** The CORS headers of every answer that is not a preflight. */
export const corsHeaders = {
  'Access-Control-Allow-Origin': cors.allowOrigin,
  'Access-Control-Expose-Headers': cors.exposeHeaders.join(','),
} as const;
