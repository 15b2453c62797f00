import { type GatewayResponseOptions, ResponseType } from 'aws-cdk-lib/aws-apigateway';
import { ANY_ORIGIN, corsHeaders } from '../../functions/http/cors.ts';
import { RETRY_AFTER_SECONDS } from '../../functions/http/problem.ts';
import { VARY } from '../../functions/http/response.ts';
import type { Throttle } from '../config/stages.ts';

interface GatewayProblem {
  readonly type: ResponseType;
  /** Undefined for a type that covers several statuses: API Gateway then keeps the status. */
  readonly status?: number;
  readonly title: string;
  /** A fixed text. API Gateway's own message can contain the token. */
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const retryAfter = { 'Retry-After': String(RETRY_AFTER_SECONDS) };
const unknownRoute = {
  status: 404,
  title: 'Not Found',
  detail: 'There is no such path, or it does not have this method.',
};

/** The responses that the gateway sends by itself. Without CORS headers, a browser would hide them from the page. */
const problems: readonly GatewayProblem[] = [
  {
    type: ResponseType.UNAUTHORIZED,
    status: 401,
    title: 'Unauthorized',
    detail: 'A valid access token is needed, sent as Authorization: Bearer <token>.',
    headers: { 'WWW-Authenticate': 'Bearer' },
  },
  {
    // The authorizer denies a request only because of its token, and puts the reason into the context.
    type: ResponseType.ACCESS_DENIED,
    status: 401,
    title: 'Unauthorized',
    detail: '$context.authorizer.reason',
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  },
  {
    type: ResponseType.AUTHORIZER_FAILURE,
    status: 503,
    title: 'Service Unavailable',
    detail: 'The access token could not be checked. Try again.',
    headers: retryAfter,
  },
  {
    // The authorizer's response is not a policy, or API Gateway has no permission to invoke the authorizer.
    type: ResponseType.AUTHORIZER_CONFIGURATION_ERROR,
    status: 500,
    title: 'Internal Server Error',
    detail: 'The access token could not be checked.',
  },
  {
    type: ResponseType.THROTTLED,
    status: 429,
    title: 'Too Many Requests',
    detail: 'There are too many requests. Try again later.',
    headers: retryAfter,
  },
  {
    type: ResponseType.REQUEST_TOO_LARGE,
    status: 413,
    title: 'Content Too Large',
    detail: 'The request is too large.',
  },
  {
    // API Gateway decodes a body with a Content-Encoding that it knows. For any other it sends this response. The
    // functions check the media type.
    type: ResponseType.UNSUPPORTED_MEDIA_TYPE,
    status: 415,
    title: 'Unsupported Media Type',
    detail: 'The body must be sent without Content-Encoding.',
  },
  {
    type: ResponseType.INTEGRATION_TIMEOUT,
    status: 504,
    title: 'Gateway Timeout',
    detail: 'The request took too long. Try again.',
    headers: retryAfter,
  },
  {
    type: ResponseType.INTEGRATION_FAILURE,
    status: 503,
    title: 'Service Unavailable',
    detail: 'The service is temporarily unavailable. Try again.',
    headers: retryAfter,
  },
  {
    type: ResponseType.API_CONFIGURATION_ERROR,
    status: 500,
    title: 'Internal Server Error',
    detail: 'An unexpected error occurred.',
  },
  {
    type: ResponseType.WAF_FILTERED,
    status: 403,
    title: 'Forbidden',
    detail:
      'The firewall refused the request. It looks like an attack, or its address sends too many requests.',
  },
  { type: ResponseType.MISSING_AUTHENTICATION_TOKEN, ...unknownRoute },
  // No method of this API uses AWS signatures, so API Gateway sends these two only for a path that does not exist.
  { type: ResponseType.INVALID_SIGNATURE, ...unknownRoute },
  { type: ResponseType.EXPIRED_TOKEN, ...unknownRoute },
  { type: ResponseType.RESOURCE_NOT_FOUND, ...unknownRoute },
  { type: ResponseType.DEFAULT_4XX, title: 'Request Refused', detail: 'The request could not be accepted.' },
  { type: ResponseType.DEFAULT_5XX, title: 'Internal Error', detail: 'An unexpected error occurred.' },
];

/**
 * The gateway responses, as problem details (RFC 9457) with CORS headers.
 *
 * Their headers are fixed, so with several allowed origins they cannot name the one that asks. They then allow any
 * origin. That is safe: their content is the same for everybody, and the preflight already stops other origins.
 * @returns the options of each response, by the name of its type
 */
export function createGatewayResponses(
  allowedOrigins: readonly string[],
  throttle: Throttle,
): Readonly<Record<string, GatewayResponseOptions>> {
  const [origin = ANY_ORIGIN, ...others] = allowedOrigins;
  const headers =
    others.length > 0
      ? corsHeaders([ANY_ORIGIN], undefined, VARY)
      : corsHeaders(allowedOrigins, origin, VARY);
  return Object.fromEntries(
    problems.map((problem) => {
      const isLimit = problem.type === ResponseType.THROTTLED;
      const allHeaders = { ...headers, ...(isLimit && rateLimitPolicy(throttle)) };
      return [problem.type.responseType, toOptions(problem, allHeaders)];
    }),
  );
}

/**
 * The limit that all callers of the stage share: requests (`q`) per time window in seconds (`w`). There is no
 * `RateLimit` header, because API Gateway does not tell what is left. Source: draft-ietf-httpapi-ratelimit-headers.
 */
function rateLimitPolicy({ rate }: Throttle): Readonly<Record<string, string>> {
  return { 'RateLimit-Policy': `"stage";q=${rate};w=1` };
}

function toOptions(
  { type, status, title, detail, headers }: GatewayProblem,
  commonHeaders: Readonly<Record<string, string>>,
): GatewayResponseOptions {
  const body = {
    type: 'about:blank',
    title,
    ...(status && { status }),
    detail,
    request_id: '$context.requestId',
  };
  const allHeaders = {
    ...commonHeaders,
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
    ...headers,
  };
  return {
    type,
    ...(status && { statusCode: String(status) }),
    responseHeaders: Object.fromEntries(
      Object.entries(allHeaders).map(([name, value]) => [name, `'${value}'`]),
    ),
    templates: { 'application/json': JSON.stringify(body) },
  };
}
