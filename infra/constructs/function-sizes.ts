import { Duration } from 'aws-cdk-lib';
import type { Route } from '../../functions/routes.ts';

/** How much memory a function has, in MB (its share of a processor goes with it), and how long it may take. */
export interface FunctionSize {
  readonly memoryMb: number;
  readonly timeout: Duration;
}

/**
 * Measured (test/bench/RESULTS.md, "Memory and timeout"): with half the memory a first request takes more than twice
 * as long, with double the memory each one costs a fifth more. A route gives up on DynamoDB after 3.1 seconds
 * of silence, or 4.6 when each answer stalls at its last moment; the authorizer may have to ask Auth0 before.
 */
const MEMORY_MB = 512;

export const authorizerSize: FunctionSize = { memoryMb: MEMORY_MB, timeout: Duration.seconds(15) };

/** Several minutes, as a user may have had a hundred thousand todos. */
export const sweepSize: FunctionSize = { memoryMb: MEMORY_MB, timeout: Duration.minutes(5) };

const ROUTE_TIMEOUT_SECONDS = 10;

export function routeSize({ timeoutSeconds = ROUTE_TIMEOUT_SECONDS }: Route): FunctionSize {
  return { memoryMb: MEMORY_MB, timeout: Duration.seconds(timeoutSeconds) };
}
