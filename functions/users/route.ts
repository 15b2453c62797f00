import type { APIGatewayProxyHandler } from 'aws-lambda';
import { requiredSetting } from '../config.ts';
import { createDocumentClient } from '../dynamodb/client.ts';
import { ulid } from '../dynamodb/ulid.ts';
import type { RouteAnswer } from '../http/response.ts';
import { createRoute, type RouteRequest } from '../http/route.ts';
import { createLogger } from '../observability/logger.ts';
import type { UserStoreDependencies } from './store.ts';

/** What the stores of a function need, from its environment. */
export function userStoreDependencies(): UserStoreDependencies {
  return {
    client: createDocumentClient(),
    tableName: requiredSetting(process.env, 'TABLE_NAME'),
    now: Date.now,
    newId: ulid,
  };
}

/** Wires a route about the user to the environment of its function. */
export function userRoute(answer: (request: RouteRequest) => Promise<RouteAnswer>): APIGatewayProxyHandler {
  return createRoute(answer, {
    log: createLogger(),
    requiredScope: process.env.REQUIRED_SCOPE,
    now: Date.now,
  });
}
