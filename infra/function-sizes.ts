import { Duration } from 'aws-cdk-lib';
import type { Route } from '../functions/routes.ts';

/** How much memory a function has, in MB (its share of a processor goes with it), and how long it may take. */
export interface FunctionSize {
  readonly memoryMb: number;
  readonly timeout: Duration;
}

export const authorizerSize: FunctionSize = { memoryMb: 512, timeout: Duration.seconds(15) };

/** Several minutes, as a user may have had a hundred thousand todos. */
export const sweepSize: FunctionSize = { memoryMb: 512, timeout: Duration.minutes(5) };

const ROUTE_MEMORY_MB = 512;
const ROUTE_TIMEOUT_SECONDS = 10;

export function routeSize({ timeoutSeconds = ROUTE_TIMEOUT_SECONDS }: Route): FunctionSize {
  return { memoryMb: ROUTE_MEMORY_MB, timeout: Duration.seconds(timeoutSeconds) };
}
