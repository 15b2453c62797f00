import { Cors, type GatewayResponseOptions, ResponseType } from 'aws-cdk-lib/aws-apigateway';
import { bearerChallenge } from '../../functions/http/challenge.ts';
import { ANY_ORIGIN, cors, corsHeaders } from '../../functions/http/cors.ts';
import { RETRY_AFTER_SECONDS } from '../../functions/http/problem.ts';
import { type ProblemKind, problemKinds, problemType } from '../../functions/http/problem-kinds.ts';
import { VARY } from '../../functions/http/response.ts';

interface GatewayProblem {
  readonly type: ResponseType;
  readonly kind: ProblemKind;
  /** A fixed text. API Gateway's own message can contain the token. */
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Set on a type that covers several statuses: API Gateway keeps the status, and the body does not repeat it. */
  readonly keepsStatus?: true;
}

const retryAfter = { 'Retry-After': String(RETRY_AFTER_SECONDS) };
const unknownRoute = {
  kind: 'unknown_route',
  detail: 'There is no such path, or it does not have this method.',
} as const;

/** The responses that the gateway sends by itself. Without CORS headers, a browser would hide them from the page. */
const problems: readonly GatewayProblem[] = [
  {
    // No header, another scheme, or a token that the authorizer cannot accept yet. API Gateway does not say which, so
    // the challenge has no error code.
    type: ResponseType.UNAUTHORIZED,
    kind: 'token_required',
    detail: 'A valid access token is needed, sent as Authorization: Bearer <token>.',
    headers: { 'WWW-Authenticate': bearerChallenge() },
  },
  {
    type: ResponseType.AUTHORIZER_FAILURE,
    kind: 'service_unavailable',
    detail: 'The access token could not be checked. Try again.',
    headers: retryAfter,
  },
  {
    // The authorizer's response is not a policy, or API Gateway has no permission to invoke the authorizer.
    type: ResponseType.AUTHORIZER_CONFIGURATION_ERROR,
    kind: 'internal_error',
    detail: 'The access token could not be checked.',
  },
  {
    // No RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers): the header would be the same for all methods, but a
    // slow method has another limit, and the limit of the account also causes this response.
    type: ResponseType.THROTTLED,
    kind: 'too_many_requests',
    detail: 'There are too many requests. Try again later.',
    headers: retryAfter,
  },
  {
    type: ResponseType.REQUEST_TOO_LARGE,
    kind: 'content_too_large',
    detail: 'The request is too large.',
  },
  {
    // API Gateway decodes a body with a Content-Encoding that it knows. For any other it sends this response. The
    // functions check the media type of a body.
    type: ResponseType.UNSUPPORTED_MEDIA_TYPE,
    kind: 'unsupported_media_type',
    detail: 'The Content-Encoding or the media type of the body is not supported.',
  },
  {
    type: ResponseType.INTEGRATION_TIMEOUT,
    kind: 'gateway_timeout',
    detail: 'The request took too long. Try again.',
    headers: retryAfter,
  },
  {
    type: ResponseType.INTEGRATION_FAILURE,
    kind: 'service_unavailable',
    detail: 'The service is temporarily unavailable. Try again.',
    headers: retryAfter,
  },
  {
    type: ResponseType.API_CONFIGURATION_ERROR,
    kind: 'internal_error',
    detail: 'An unexpected error occurred.',
  },
  {
    type: ResponseType.WAF_FILTERED,
    kind: 'blocked_by_firewall',
    detail: 'The firewall refused the request, because it looks like an attack.',
  },
  { type: ResponseType.MISSING_AUTHENTICATION_TOKEN, ...unknownRoute },
  // No method of this API uses AWS signatures, so API Gateway sends these two only for a path that does not exist.
  { type: ResponseType.INVALID_SIGNATURE, ...unknownRoute },
  { type: ResponseType.EXPIRED_TOKEN, ...unknownRoute },
  { type: ResponseType.RESOURCE_NOT_FOUND, ...unknownRoute },
  {
    type: ResponseType.DEFAULT_4XX,
    kind: 'request_refused',
    detail: 'The request could not be accepted.',
    keepsStatus: true,
  },
  {
    type: ResponseType.DEFAULT_5XX,
    kind: 'internal_error',
    detail: 'An unexpected error occurred.',
    keepsStatus: true,
  },
];

/**
 * The CORS headers of a response that is fixed in the template. With several allowed origins it cannot name the one that
 * asks, and it then allows any origin. That is safe: its content is the same for everybody, and the preflight already
 * stops other origins.
 */
export function fixedCorsHeaders(allowedOrigins: readonly string[]): Readonly<Record<string, string>> {
  const [origin = ANY_ORIGIN, ...others] = allowedOrigins;
  return others.length > 0
    ? corsHeaders([ANY_ORIGIN], undefined, VARY)
    : corsHeaders(allowedOrigins, origin, VARY);
}

/**
 * The gateway responses: problem details (RFC 9457) with CORS headers, and one response to preflights.
 * @param docsPath the path of the docs page, which has a section about each kind of problem
 * @returns the options of each response, by the name of its type
 */
export function createGatewayResponses(
  allowedOrigins: readonly string[],
  docsPath: string,
): Readonly<Record<string, GatewayResponseOptions>> {
  const commonHeaders = toLiterals({
    ...fixedCorsHeaders(allowedOrigins),
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
  });
  const responses = problems.map((problem): GatewayResponseOptions => {
    const { type, kind, detail, headers = {}, keepsStatus } = problem;
    const { status, title } = problemKinds[kind];
    return {
      type,
      ...(!keepsStatus && { statusCode: String(status) }),
      responseHeaders: { ...commonHeaders, ...toLiterals(headers) },
      templates: toTemplates({
        type: problemType(docsPath, kind),
        title,
        ...(!keepsStatus && { status }),
        detail,
      }),
    };
  });
  return Object.fromEntries(
    [...responses, accessDenied(commonHeaders, docsPath), preflight(allowedOrigins)].map((options) => [
      options.type.responseType,
      options,
    ]),
  );
}

/**
 * The authorizer denies a request only because of its token or the header that has it. The context of its policy says
 * why: functions/authorizer/policy.ts. RFC 6750 §3.1 suggests a 400 for a malformed header, but a type of gateway
 * response has one status.
 * Source: "Parameter mapping source reference for REST APIs in API Gateway"
 */
function accessDenied(
  commonHeaders: Readonly<Record<string, string>>,
  docsPath: string,
): GatewayResponseOptions {
  const { status, title } = problemKinds.invalid_token;
  return {
    type: ResponseType.ACCESS_DENIED,
    statusCode: String(status),
    responseHeaders: { ...commonHeaders, 'WWW-Authenticate': 'context.authorizer.challenge' },
    templates: toTemplates({
      type: `${docsPath}#$context.authorizer.problem`,
      title,
      status,
      detail: '$context.authorizer.reason',
    }),
  };
}

/**
 * The response to a preflight with a media type that no browser sends: preflight.ts. It has no body, as the responses
 * to the other preflights.
 */
function preflight(allowedOrigins: readonly string[]): GatewayResponseOptions {
  return {
    type: ResponseType.BAD_REQUEST_BODY,
    statusCode: '204',
    responseHeaders: toLiterals({
      ...fixedCorsHeaders(allowedOrigins),
      'Access-Control-Allow-Headers': cors.allowHeaders.join(','),
      'Access-Control-Allow-Methods': Cors.ALL_METHODS.join(','),
      'Access-Control-Max-Age': String(cors.maxAgeSeconds),
    }),
    templates: { 'application/json': '' },
  };
}

/** Fixed values, as API Gateway's mapping of headers has them. */
function toLiterals(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, `'${value}'`]));
}

function toTemplates(body: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return { 'application/json': JSON.stringify({ ...body, request_id: '$context.requestId' }) };
}
