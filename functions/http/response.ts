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

/** The gateway compresses a response of this many bytes or more. A page of four todos has as many. */
export const MINIMUM_COMPRESSION_BYTES = 1_024;

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
  const content = text ?? (body === undefined ? '' : JSON.stringify(body));
  const isSent = event.httpMethod !== 'HEAD';
  return {
    statusCode: status,
    headers: {
      ...corsHeaders(allowedOrigins, readHeader(event, 'Origin'), VARY),
      'X-Request-Id': event.requestContext.requestId,
      'Cache-Control': headers?.ETag === undefined ? 'no-store' : 'private, no-cache',
      'X-Content-Type-Options': 'nosniff',
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(isExact(headers?.ETag, content) && { 'Content-Encoding': 'identity' }),
      ...headers,
    },
    body: isSent ? content : '',
  };
}

/**
 * Whether the gateway would compress a response whose strong ETag stands for these bytes (RFC 9110 §8.8.3.3). It leaves
 * the ETag as it is. It compresses no response that has a `Content-Encoding`. RFC 9110 §8.4 advises against `identity`
 * there, but clients read it as no coding, and API Gateway has no other switch.
 * Source: "Receive an API response with a compressed payload" in the API Gateway developer guide.
 */
function isExact(etag: string | undefined, content: string): boolean {
  return etag?.startsWith('"') === true && Buffer.byteLength(content) >= MINIMUM_COMPRESSION_BYTES;
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
