import type { APIGatewayProxyEvent, APIGatewayProxyHandler, APIGatewayProxyResult } from 'aws-lambda';
import { type Caller, readCaller } from './caller.ts';
import { corsHeaders } from './cors.ts';
import { ProblemError, toProblemResponse } from './errors.ts';
import type { Log } from './logger.ts';
import { createRequestReader, type RequestReader } from './request.ts';

/** What a route gets: who is calling, and the request as far as HTTP goes. */
export interface RouteRequest extends RequestReader {
  readonly caller: Caller;
}

/** What a route answers. A body is sent as JSON. */
export interface RouteAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RouteDependencies {
  readonly log: Log;
  /** The scope that the caller's token must have; undefined when scopes are off. */
  readonly requiredScope: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Makes a Lambda proxy handler of a route: no complete caller, or not the scope, and the route does not run.
 * Whatever it throws becomes a problem answer, and each request is one line in the log.
 */
export function createRoute(
  answer: (request: RouteRequest) => Promise<RouteAnswer>,
  { log, requiredScope, now }: RouteDependencies,
): APIGatewayProxyHandler {
  return async (event) => {
    const startedAt = now();
    const requestId = event.requestContext.requestId;
    let caller: Caller | undefined;
    const logOutcome = (status: number, outcome: string, error?: unknown) => {
      const fields = {
        request_id: requestId,
        route: `${event.httpMethod} ${event.resource}`,
        user_id: caller?.userId,
        status,
        latency_ms: now() - startedAt,
        outcome,
      };
      if (status >= 500) log.error('request', { ...fields, error });
      else log.info('request', fields);
    };

    try {
      caller = readCaller(event.requestContext.authorizer, Math.floor(startedAt / 1000));
      requireScope(caller, requiredScope);
      const { status, body, headers } = await answer({ ...createRequestReader(event), caller });
      logOutcome(status, 'ok');
      return toResult(event, status, body, headers);
    } catch (error) {
      const { kind, status, body, headers } = toProblemResponse(error, requestId);
      logOutcome(status, kind, error);
      return toResult(event, status, body, headers);
    }
  };
}

function requireScope(caller: Caller, scope: string | undefined): void {
  if (scope !== undefined && !caller.scopes.includes(scope)) {
    throw new ProblemError('forbidden', `The access token lacks the scope ${scope}.`);
  }
}

function toResult(
  event: APIGatewayProxyEvent,
  statusCode: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyResult {
  return {
    statusCode,
    headers: {
      ...corsHeaders,
      'X-Request-Id': event.requestContext.requestId,
      'Cache-Control': 'private, no-cache',
      'X-Content-Type-Options': 'nosniff',
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? '' : JSON.stringify(body),
  };
}
