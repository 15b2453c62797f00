import type { APIGatewayProxyEvent, APIGatewayProxyHandler } from 'aws-lambda';
import { type Caller, readCaller } from './caller.ts';
import { evaluateRead, type Inputs, type RouteInputs, readInputs } from './inputs.ts';
import { ProblemError, toProblemResponse } from './problem.ts';
import { createRequestReader, type RequestReader } from './request.ts';
import type { LogRequest } from './request-log.ts';
import { type RouteResponse, toProxyResult } from './response.ts';

/** What a public route gets: the request as far as HTTP goes, with the parts that the route declares. */
export interface PublicRequest<Query = undefined, Body = undefined, Conditions = undefined>
  extends Omit<RequestReader, 'json' | 'hasBody'>,
    Inputs<Query, Body, Conditions> {}

/** What a route gets: the same, with the caller and the time. */
export interface RouteRequest<Query = undefined, Body = undefined, Conditions = undefined>
  extends PublicRequest<Query, Body, Conditions> {
  readonly caller: Caller;
  /** When the request arrived, in milliseconds since the epoch. */
  readonly receivedAt: number;
}

export interface RouteDependencies {
  readonly logRequest: LogRequest;
  /** The scope that the caller's token must have; undefined when scopes are off. */
  readonly requiredScope: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Makes a Lambda proxy handler of a route. The route runs only for a complete caller who has the required scope, and
 * only for a request whose every part it declares. Whatever it throws becomes a problem response. Each request is
 * logged.
 * @param inputs the parts of a request that the route takes
 */
export function createRoute<Query = undefined, Body = undefined, Conditions = undefined>(
  inputs: RouteInputs<Query, Body, Conditions>,
  respond: (request: RouteRequest<Query, Body, Conditions>) => Promise<RouteResponse>,
  { logRequest, requiredScope, now }: RouteDependencies,
): APIGatewayProxyHandler {
  return createHandler(
    (event, startedAt) => readCaller(event.requestContext.authorizer, Math.floor(startedAt / 1000)),
    async (request, caller, receivedAt) => {
      requireScope(caller, requiredScope);
      return respond({ ...request, ...readInputs(request, inputs), caller, receivedAt });
    },
    { logRequest, now },
  );
}

/** The same for a public route: anybody may call it, so it has no caller. */
export function createPublicRoute<Query = undefined, Body = undefined, Conditions = undefined>(
  inputs: RouteInputs<Query, Body, Conditions>,
  respond: (request: PublicRequest<Query, Body, Conditions>) => Promise<RouteResponse>,
  dependencies: Pick<RouteDependencies, 'logRequest' | 'now'>,
): APIGatewayProxyHandler {
  return createHandler(
    () => undefined,
    async (request) => respond({ ...request, ...readInputs(request, inputs) }),
    dependencies,
  );
}

function createHandler<Who extends Caller | undefined>(
  identify: (event: APIGatewayProxyEvent, startedAt: number) => Who,
  respond: (request: RequestReader, caller: Who, startedAt: number) => Promise<RouteResponse>,
  { logRequest, now }: Pick<RouteDependencies, 'logRequest' | 'now'>,
): APIGatewayProxyHandler {
  return async (event) => {
    const startedAt = now();
    const requestId = event.requestContext.requestId;
    let userId: string | undefined;
    const logOutcome = (status: number, outcome: string, error?: unknown) =>
      logRequest({
        requestId,
        route: `${event.httpMethod} ${event.resource}`,
        userId,
        status,
        latencyMs: now() - startedAt,
        outcome,
        error,
      });

    try {
      const caller = identify(event, startedAt);
      userId = caller?.userId;
      const request = createRequestReader(event);
      const response = evaluateRead(request, await respond(request, caller, startedAt));
      const result = toProxyResult(event, response);
      logOutcome(result.statusCode, 'ok');
      return result;
    } catch (error) {
      const problem = toProblemResponse(error, requestId);
      logOutcome(problem.status, problem.kind, error);
      return toProxyResult(event, problem);
    }
  };
}

function requireScope(caller: Caller, scope: string | undefined): void {
  if (scope !== undefined && !caller.scopes.includes(scope)) {
    throw new ProblemError('insufficient_scope', `The access token lacks the scope ${scope}.`, { scope });
  }
}
