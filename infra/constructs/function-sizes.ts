import { Duration } from 'aws-cdk-lib';
import type { Route } from '../../functions/routes.ts';

/** The memory of a function in MB, which also sets its share of a processor, and its timeout. */
export interface FunctionSize {
  readonly memoryMb: number;
  readonly timeout: Duration;
}

/**
 * Measured (test/bench/RESULTS.md, "Memory and timeout"): with half the memory, a million requests cost about two cents
 * less, but the p99 is two to three times as long. With double the memory, Lambda costs a fifth more, and little is
 * faster.
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
