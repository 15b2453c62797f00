import { LRUCache } from 'lru-cache';
import { MAX_CACHE_ENTRIES } from '../cache-size.ts';

/** A token bucket: it holds `burst` requests, and is refilled at the rate of `perMinute` requests a minute. */
export interface RateLimit {
  readonly burst: number;
  readonly perMinute: number;
}

/** Auth0's limit of /userinfo for one user. Source: https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy */
export const auth0UserinfoLimit: RateLimit = { burst: 10, perMinute: 5 };

export interface RateLimitDecision {
  readonly allowed: boolean;
  /** Auth0's `x-ratelimit-*` headers. The reset is the time of the next refill, in seconds since the epoch. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Makes a limiter with one bucket for each key.
 * @param now the clock, in milliseconds since the epoch
 */
export function createRateLimiter(limit: RateLimit, now: () => number): (key: string) => RateLimitDecision {
  const requestMs = 60_000 / limit.perMinute;
  const fullMs = limit.burst * requestMs;
  const buckets = new LRUCache<string, { creditMs: number; at: number }>({ max: MAX_CACHE_ENTRIES });

  return (key) => {
    const at = now();
    const bucket = buckets.get(key) ?? { creditMs: fullMs, at };
    const available = Math.min(fullMs, bucket.creditMs + at - bucket.at);
    const allowed = available >= requestMs;
    const creditMs = allowed ? available - requestMs : available;
    buckets.set(key, { creditMs, at });
    const nextRefill = at + requestMs - (creditMs % requestMs);
    return {
      allowed,
      headers: {
        'x-ratelimit-limit': String(limit.burst),
        'x-ratelimit-remaining': String(Math.floor(creditMs / requestMs)),
        'x-ratelimit-reset': String(Math.ceil(nextRefill / 1000)),
      },
    };
  };
}
