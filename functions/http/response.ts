import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { corsHeaders, readAllowedOrigins } from './cors.ts';
import { prefersMinimal } from './prefer.ts';
import { readHeader } from './request.ts';

/** The response of a route. */
export interface RouteResponse {
  readonly status: number;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, in place of a body. The headers must have its `Content-Type`. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The request headers that every response depends on. The gateway compresses by Accept-Encoding. */
export const VARY = 'Authorization, Accept-Encoding';

const deployedOrigins = readAllowedOrigins(process.env.CORS_ORIGINS);

const writes: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/**
 * Turns the response of a route into the result for API Gateway, with what all responses have in common. HEAD gets no
 * body (RFC 9110 §9.3.2). Neither does a write whose client prefers none. A cache may keep only what has an ETag, and
 * must ask again before each use.
 */
export function toProxyResult(
  event: APIGatewayProxyEvent,
  response: RouteResponse,
  allowedOrigins = deployedOrigins,
): APIGatewayProxyResult {
  const { status, body, text, headers } = toPreferred(event, response);
  const isSent = event.httpMethod !== 'HEAD';
  return {
    statusCode: status,
    headers: {
      ...corsHeaders(allowedOrigins, readHeader(event, 'Origin'), VARY),
      'X-Request-Id': event.requestContext.requestId,
      'Cache-Control': headers?.ETag === undefined ? 'no-store' : 'private, no-cache',
      'X-Content-Type-Options': 'nosniff',
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    body: isSent ? (text ?? (body === undefined ? '' : JSON.stringify(body))) : '',
  };
}

/** With `return=minimal`, a 200 becomes a 204, and a 201 has no body but its `Location`. */
function toPreferred(event: APIGatewayProxyEvent, response: RouteResponse): RouteResponse {
  const isWritten = writes.has(event.httpMethod) && response.status < 300 && response.body !== undefined;
  if (!isWritten || !prefersMinimal(readHeader(event, 'Prefer'))) return response;
  return {
    status: response.status === 200 ? 204 : response.status,
    headers: { ...response.headers, 'Preference-Applied': 'return=minimal' },
  };
}
