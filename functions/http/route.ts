import type { APIGatewayProxyEvent, APIGatewayProxyHandler } from 'aws-lambda';
import type { Log } from '../observability/logger.ts';
import { type Caller, readCaller } from './caller.ts';
import { ProblemError, toProblemResponse } from './problem.ts';
import { createRequestReader, type RequestReader } from './request.ts';
import { type RouteAnswer, toProxyResult } from './response.ts';

/** What a route gets: who is calling, and the request as far as HTTP goes. */
export interface RouteRequest extends RequestReader {
  readonly caller: Caller;
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
  return createHandler(
    (event, startedAt) => readCaller(event.requestContext.authorizer, Math.floor(startedAt / 1000)),
    async (event, caller) => {
      requireScope(caller, requiredScope);
      return answer({ ...createRequestReader(event), caller });
    },
    { log, now },
  );
}

/** The same of a route that anybody may call: it knows of no caller. */
export function createPublicRoute(
  answer: (request: RequestReader) => Promise<RouteAnswer>,
  dependencies: Pick<RouteDependencies, 'log' | 'now'>,
): APIGatewayProxyHandler {
  return createHandler(
    () => undefined,
    (event) => answer(createRequestReader(event)),
    dependencies,
  );
}

function createHandler<Who extends Caller | undefined>(
  identify: (event: APIGatewayProxyEvent, startedAt: number) => Who,
  answer: (event: APIGatewayProxyEvent, caller: Who) => Promise<RouteAnswer>,
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
      const result = toProxyResult(event, await answer(event, caller));
      logOutcome(result.statusCode, 'ok');
      return result;
    } catch (error) {
      const problem = toProblemResponse(error, requestId);
      logOutcome(problem.status, problem.kind, error);
      return toProxyResult(event, problem);
    }
  };
}

/** Of what the client knew with what is there: a stale version, or a key that was used for something else. */
function isConflict(status: number): boolean {
  return status === 412 || status === 422;
}

function requireScope(caller: Caller, scope: string | undefined): void {
  if (scope !== undefined && !caller.scopes.includes(scope)) {
    throw new ProblemError('forbidden', `The access token lacks the scope ${scope}.`);
  }
}
