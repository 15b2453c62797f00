import { type GatewayResponseOptions, ResponseType } from 'aws-cdk-lib/aws-apigateway';
import { ANY_ORIGIN, corsHeaders } from '../../functions/http/cors.ts';
import { RETRY_AFTER_SECONDS } from '../../functions/http/problem.ts';
import { VARY } from '../../functions/http/response.ts';
import type { Throttle } from '../config/stages.ts';

interface GatewayProblem {
  readonly type: ResponseType;
  /** Undefined leaves the status as it is, for the types that stand for several ones. */
  readonly status?: number;
  readonly title: string;
  /** Fixed text: what the gateway would put in its place can contain the token. */
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const retryAfter = { 'Retry-After': String(RETRY_AFTER_SECONDS) };
const unknownRoute = {
  status: 404,
  title: 'Not Found',
  detail: 'There is no such path, or not with this method.',
};

/** Every answer that the gateway gives by itself. Without these, CORS would hide it from browsers. */
const problems: readonly GatewayProblem[] = [
  {
    type: ResponseType.UNAUTHORIZED,
    status: 401,
    title: 'Unauthorized',
    detail: 'A valid access token is needed, sent as Authorization: Bearer <token>.',
    headers: { 'WWW-Authenticate': 'Bearer' },
  },
  {
    // The authorizer denies only for what is wrong with the token, and says so.
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
    // What the authorizer answered is no policy, or API Gateway may not invoke it.
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
    // Functions see to the media type, and refuse what is encoded; the gateway decodes it before, if it can.
    type: ResponseType.UNSUPPORTED_MEDIA_TYPE,
    status: 415,
    title: 'Unsupported Media Type',
    detail: 'The body must be sent without a content coding.',
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
    detail: 'The request could not be answered. Try again.',
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
    detail: 'The firewall refused the request: it looks like an attack, or too many come from this address.',
  },
  { type: ResponseType.MISSING_AUTHENTICATION_TOKEN, ...unknownRoute },
  // No method of this API is signed, so these too are about a path that does not exist.
  { type: ResponseType.INVALID_SIGNATURE, ...unknownRoute },
  { type: ResponseType.EXPIRED_TOKEN, ...unknownRoute },
  { type: ResponseType.RESOURCE_NOT_FOUND, ...unknownRoute },
  { type: ResponseType.DEFAULT_4XX, title: 'Request Refused', detail: 'The request could not be accepted.' },
  { type: ResponseType.DEFAULT_5XX, title: 'Internal Error', detail: 'An unexpected error occurred.' },
];

/** The types that no client of this API can meet, each with the reason. DEFAULT_4XX would answer them all the same. */
export const unreachableResponses: Readonly<Record<string, string>> = {
  BAD_REQUEST_BODY: 'no method has a request validator',
  BAD_REQUEST_PARAMETERS: 'no method has a request validator',
  INVALID_API_KEY: 'no method needs an API key',
  QUOTA_EXCEEDED: 'there is no usage plan',
};

/**
 * The gateway's answers as problem details (RFC 9457) with CORS headers, by the name of their response type.
 *
 * Their headers are fixed, so of several allowed origins none could be named. They are then for any: they say the same
 * to everybody and nothing of a user, and a page of another origin is stopped at the preflight already.
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
 * The limit that all callers of the stage share: requests (`q`) in seconds (`w`). What is left of it the gateway
 * does not tell. Source: draft-ietf-httpapi-ratelimit-headers.
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
