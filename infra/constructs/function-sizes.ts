import { Duration } from 'aws-cdk-lib';
import type { Route } from '../../functions/routes.ts';

/** The memory of a function in MB, which also sets its share of a processor, and its timeout. */
export interface FunctionSize {
  readonly memoryMb: number;
  readonly timeout: Duration;
}

/**
 * Measured (test/bench/RESULTS.md, "Memory and timeout"): with half the memory, the first request takes much longer;
 * with double the memory, each request costs a fifth more.
 */
const MEMORY_MB = 512;

/** The authorizer may call Auth0 before DynamoDB. */
export const authorizerSize: FunctionSize = { memoryMb: MEMORY_MB, timeout: Duration.seconds(15) };

/** Several minutes, because a deleted user may have had a hundred thousand items. */
export const sweepSize: FunctionSize = { memoryMb: MEMORY_MB, timeout: Duration.minutes(5) };

/**
 * A call to DynamoDB, with its retries, fails after at most 4.6 seconds (test/bench/RESULTS.md, "Memory and timeout").
 * So a route can make two calls and still respond.
 */
const ROUTE_TIMEOUT_SECONDS = 10;

/** The size of a route's function: its own timeout if the route table has one, and 10 seconds otherwise. */
export function routeSize({ timeoutSeconds = ROUTE_TIMEOUT_SECONDS }: Route): FunctionSize {
  return { memoryMb: MEMORY_MB, timeout: Duration.seconds(timeoutSeconds) };
}
