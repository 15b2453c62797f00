import type { APIGatewayProxyHandler } from 'aws-lambda';
import { requiredSetting } from './config.ts';
import { createDocumentClient, type StoreDependencies } from './dynamodb/client.ts';
import { ulid } from './dynamodb/ulid.ts';
import type { RouteResponse } from './http/response.ts';
import { createRoute, type RouteRequest } from './http/route.ts';
import { createLogger } from './observability/logger.ts';

/** What the stores of a function take, from the function's environment. */
export function storeDependencies(): StoreDependencies {
  return {
    client: createDocumentClient(),
    tableName: requiredSetting(process.env, 'TABLE_NAME'),
    now: Date.now,
    newId: ulid,
  };
}

/**
 * Wires a route to the environment of its function: its store, its log, its clock and its scope. This happens once
 * per cold start.
 * @param createStore makes the store, or the stores, that the route uses
 * @example
 * export const handler = resourceRoute(createNoteStore, async (request, notes) => {
 *   const note = await notes.get(request.caller.userId, pathId(request, NoteNotFound));
 *   return { status: 200, body: toRepresentation(note) };
 * });
 */
export function resourceRoute<Store>(
  createStore: (dependencies: StoreDependencies) => Store,
  respond: (request: RouteRequest, store: Store) => Promise<RouteResponse>,
): APIGatewayProxyHandler {
  const store = createStore(storeDependencies());
  return createRoute((request) => respond(request, store), {
    log: createLogger(Date.now),
    requiredScope: process.env.REQUIRED_SCOPE,
    now: Date.now,
  });
}
