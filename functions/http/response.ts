import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { corsHeaders, readAllowedOrigins } from './cors.ts';
import { prefersMinimal } from './prefer.ts';
import { readHeader } from './request.ts';

/** What a route answers. */
export interface RouteAnswer {
  readonly status: number;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, in place of a body; its `Content-Type` is among the headers. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What every answer depends on beside its address; the gateway compresses by Accept-Encoding. */
export const VARY = 'Authorization, Accept-Encoding';

const deployedOrigins = readAllowedOrigins(process.env.CORS_ORIGINS);

const writes: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/**
 * What all answers of this API have in common, errors included: without a body to HEAD (RFC 9110 §9.3.2), or to a
 * write whose client prefers none, and never kept by a cache that cannot ask again whether they still hold.
 */
export function toProxyResult(
  event: APIGatewayProxyEvent,
  answer: RouteAnswer,
  allowedOrigins = deployedOrigins,
): APIGatewayProxyResult {
  const { status, body, text, headers } = toPreferred(event, answer);
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

/** `return=minimal`: a 200 becomes a 204, and a 201 says only where the new resource is. */
function toPreferred(event: APIGatewayProxyEvent, answer: RouteAnswer): RouteAnswer {
  const isWritten = writes.has(event.httpMethod) && answer.status < 300 && answer.body !== undefined;
  if (!isWritten || !prefersMinimal(readHeader(event, 'Prefer'))) return answer;
  return {
    status: answer.status === 200 ? 204 : answer.status,
    headers: { ...answer.headers, 'Preference-Applied': 'return=minimal' },
  };
}
