import type { APIGatewayProxyEvent, APIGatewayProxyHandler } from 'aws-lambda';
import type { Log } from '../observability/logger.ts';
import { type Caller, readCaller } from './caller.ts';
import { ProblemError, toProblemResponse } from './problem.ts';
import { createRequestReader, type RequestReader } from './request.ts';
import { type RouteResponse, toProxyResult } from './response.ts';

/** What a route gets: the caller, the request as far as HTTP goes, and its time. */
export interface RouteRequest extends RequestReader {
  readonly caller: Caller;
  /** When the request arrived, in milliseconds since the epoch. */
  readonly receivedAt: number;
}

export interface RouteDependencies {
  readonly log: Log;
  /** The scope that the caller's token must have; undefined when scopes are off. */
  readonly requiredScope: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Makes a Lambda proxy handler of a route. The route runs only for a complete caller who has the required scope.
 * Whatever it throws becomes a problem response. Each request is one line in the log.
 */
export function createRoute(
  respond: (request: RouteRequest) => Promise<RouteResponse>,
  { log, requiredScope, now }: RouteDependencies,
): APIGatewayProxyHandler {
  return createHandler(
    (event, startedAt) => readCaller(event.requestContext.authorizer, Math.floor(startedAt / 1000)),
    async (event, caller, receivedAt) => {
      requireScope(caller, requiredScope);
      return respond({ ...createRequestReader(event), caller, receivedAt });
    },
    { log, now },
  );
}

/** The same for a public route: anybody may call it, so it has no caller. */
export function createPublicRoute(
  respond: (request: RequestReader) => Promise<RouteResponse>,
  dependencies: Pick<RouteDependencies, 'log' | 'now'>,
): APIGatewayProxyHandler {
  return createHandler(
    () => undefined,
    (event) => respond(createRequestReader(event)),
    dependencies,
  );
}

function createHandler<Who extends Caller | undefined>(
  identify: (event: APIGatewayProxyEvent, startedAt: number) => Who,
  respond: (event: APIGatewayProxyEvent, caller: Who, startedAt: number) => Promise<RouteResponse>,
  { log, now }: Pick<RouteDependencies, 'log' | 'now'>,
): APIGatewayProxyHandler {
  return async (event) => {
    const startedAt = now();
    const requestId = event.requestContext.requestId;
    let userId: string | undefined;
    const logOutcome = (status: number, outcome: string, error?: unknown) => {
      const latency = now() - startedAt;
      const fields = {
        request_id: requestId,
        route: `${event.httpMethod} ${event.resource}`,
        user_id: userId,
        status,
        latency_ms: latency,
        outcome,
      };
      const measured = { RouteLatency: latency, ...(isConflict(status) && { Conflicts: 1 }) };
      if (status >= 500) log.error('request', { ...fields, error }, measured);
      else log.info('request', fields, measured);
    };

    try {
      const caller = identify(event, startedAt);
      userId = caller?.userId;
      const result = toProxyResult(event, await respond(event, caller, startedAt));
      logOutcome(result.statusCode, 'ok');
      return result;
    } catch (error) {
      const problem = toProblemResponse(error, requestId);
      logOutcome(problem.status, problem.kind, error);
      return toProxyResult(event, problem);
    }
  };
}

/** Whether the client knew something else than what is stored: a stale version, or a reused idempotency key. */
function isConflict(status: number): boolean {
  return status === 412 || status === 422;
}

function requireScope(caller: Caller, scope: string | undefined): void {
  if (scope !== undefined && !caller.scopes.includes(scope)) {
    throw new ProblemError('insufficient_scope', `The access token lacks the scope ${scope}.`, { scope });
  }
}
