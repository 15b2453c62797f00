/** CORS for a bearer-token API. Routes, preflights and gateway responses share it. */
export const cors = {
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

/**
 * Any origin may call, unless a deployment names some: no cookie or other ambient credential is involved (Fetch
 * standard, "CORS protocol and credentials"), so the list is a second fence, not the first.
 */
export const ANY_ORIGIN = '*';

/** The origins that CORS_ORIGINS names, separated by commas; any without it. */
export function readAllowedOrigins(setting: string | undefined): readonly string[] {
  return setting ? setting.split(',') : [ANY_ORIGIN];
}

const exposed = { 'Access-Control-Expose-Headers': cors.exposeHeaders.join(',') };

/**
 * The CORS headers of an answer that is not a preflight. Where only some origins may read it, it is for the one that
 * asks, and says so to caches; to any other it says nothing, and the browser keeps it from the page.
 * @param origin the `Origin` header of the request
 * @param vary what the answer depends on besides
 */
export function corsHeaders(
  allowed: readonly string[],
  origin: string | undefined,
  vary: string,
): Readonly<Record<string, string>> {
  if (allowed.includes(ANY_ORIGIN)) {
    return { 'Access-Control-Allow-Origin': ANY_ORIGIN, ...exposed, Vary: vary };
  }
  return {
    ...(origin !== undefined && allowed.includes(origin) && { 'Access-Control-Allow-Origin': origin }),
    ...exposed,
    Vary: `${vary}, Origin`,
  };
}
