import type { APIGatewayProxyHandler } from 'aws-lambda';
import { requiredSetting } from './config.ts';
import { createDocumentClient, type StoreDependencies } from './dynamodb/client.ts';
import { primeClient } from './dynamodb/priming.ts';
import { ulid } from './dynamodb/ulid.ts';
import type { RouteInputs } from './http/inputs.ts';
import { rehearse } from './http/rehearsal.ts';
import type { RouteResponse } from './http/response.ts';
import { createRoute, type RouteRequest } from './http/route.ts';
import { createColdStart } from './observability/cold-start.ts';
import { createLogger, rehearseLine } from './observability/logger.ts';
import { type Primed, withPriming } from './priming.ts';
import { requestLog } from './request-log.ts';

/** What the stores of a function take, from the function's environment. */
export function storeDependencies(): StoreDependencies {
  return {
    client: createDocumentClient(),
    tableName: requiredSetting(process.env, 'TABLE_NAME'),
    now: Date.now,
    newId: ulid,
  };
}

/** What a route is made of, beside its response. */
export interface ResourceRoute<Store, Query, Body, Conditions> extends RouteInputs<Query, Body, Conditions> {
  /** Makes the store, or the stores, that the route uses. */
  readonly store: (dependencies: StoreDependencies) => Store;
}

/**
 * Wires a route to the environment of its function: its store, its log, its clock, its scope and its priming. This
 * happens once per cold start. The route says what it takes of a request. A request with anything else is a 400.
 * @example
 * export const handler = resourceRoute({ store: createNoteStore, query: parseNoteQuery }, async (request, notes) => {
 *   const { items } = await notes.list(request.caller.userId, request.query);
 *   return { status: 200, body: items.map(toRepresentation) };
 * });
 */
export function resourceRoute<Store, Query = undefined, Body = undefined, Conditions = undefined>(
  { store: createStore, ...inputs }: ResourceRoute<Store, Query, Body, Conditions>,
  respond: (request: RouteRequest<Query, Body, Conditions>, store: Store) => Promise<RouteResponse>,
): Primed<APIGatewayProxyHandler> {
  const dependencies = storeDependencies();
  const log = createLogger(Date.now);
  const coldStart = createColdStart(() => performance.now());
  const store = createStore(dependencies);
  const route = createRoute(inputs, (request) => respond(request, store), {
    logRequest: requestLog(log, coldStart.take),
    requiredScope: process.env.REQUIRED_SCOPE,
    now: Date.now,
  });
  return withPriming(
    route,
    [
      (signal) => primeClient(dependencies, process.env, signal),
      () => rehearse(inputs),
      async () => rehearseLine(log),
    ],
    { log, onEnd: coldStart.noteEnd },
  );
}
