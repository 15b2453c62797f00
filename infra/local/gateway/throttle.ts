import type { ThrottleSpec } from '../deployment-spec.ts';

const MS_PER_SECOND = 1_000;

/** Takes a token for a request. False means that the bucket is empty, and the request is refused. */
export type TakeToken = () => boolean;

/**
 * Makes the token bucket of a method. It holds `burst` tokens, starts full, and gets `rate` tokens a second.
 * Source: API Gateway guide, "Throttle requests to your REST APIs for better throughput in API Gateway"
 * @param now the clock, in milliseconds since the epoch
 */
export function createTokenBucket({ rate, burst }: ThrottleSpec, now: () => number): TakeToken {
  let tokens = burst;
  let filledAt = now();

  return () => {
    const at = now();
    const elapsedMs = Math.max(0, at - filledAt);
    tokens = Math.min(burst, tokens + (elapsedMs * rate) / MS_PER_SECOND);
    filledAt = at;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
