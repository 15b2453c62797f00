import type { APIGatewayProxyHandler } from 'aws-lambda';
import type { RouteAnswer } from '../shared/answer.ts';
import { requiredSetting } from '../shared/config.ts';
import { createDocumentClient } from '../shared/dynamodb.ts';
import { createLogger } from '../shared/logger.ts';
import { createRoute, type RouteRequest } from '../shared/route.ts';
import { ulid } from '../shared/ulid.ts';
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
