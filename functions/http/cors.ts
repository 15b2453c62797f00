/** CORS for a bearer-token API. Routes, preflights and gateway responses share it. */
export const cors = {
  allowHeaders: [
    'Authorization',
    'Content-Type',
    'Idempotency-Key',
    'If-Match',
    'If-None-Match',
    'Prefer',
    // Monitoring in browsers adds these (W3C Trace Context, W3C Baggage, Sentry). A browser sends no request at all when
    // one of them is not allowed.
    'traceparent',
    'tracestate',
    'baggage',
    'sentry-trace',
  ],
  exposeHeaders: [
    'ETag',
    'Link',
    'Location',
    'Preference-Applied',
    'Retry-After',
    'WWW-Authenticate',
    // API Gateway renames the header in the response of a function.
    'X-Amzn-Remapped-WWW-Authenticate',
    'X-Request-Id',
  ],
  maxAgeSeconds: 7_200,
} as const;

/**
 * Any origin may call, unless a deployment names some. No cookie or other ambient credential is involved (Fetch
 * standard, "CORS protocol and credentials"), so the security does not depend on this list.
 */
export const ANY_ORIGIN = '*';

/** The origins that CORS_ORIGINS names, separated by commas. Without the setting, any origin. */
export function readAllowedOrigins(setting: string | undefined): readonly string[] {
  return setting ? setting.split(',') : [ANY_ORIGIN];
}

const exposed = { 'Access-Control-Expose-Headers': cors.exposeHeaders.join(',') };

/**
 * The CORS headers of a response that is not to a preflight. If only some origins may call, the response names the
 * origin of the request when it is one of them. For another origin it names none, and the browser keeps the response
 * from the page. `Vary` tells caches that the response depends on the origin.
 * @param origin the `Origin` header of the request
 * @param vary the other request headers that the response depends on
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
