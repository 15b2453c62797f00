import { exponential, seededRandom } from './random.ts';

/** The traffic and the events of a simulation. Times are in seconds. */
export interface Scenario {
  readonly requestsPerSecond: number;
  /** The number of users. Their request rates follow Zipf's law with exponent 1: the first sends twice as many as the second. */
  readonly users: number;
  readonly duration: number;
  /** How long the gateway caches the authorizer's result for a token; 0 for no cache. */
  readonly cacheTtl: number;
  /** The duration of one authorizer invocation. */
  readonly authorizerDuration: number;
  /** At the start no token is cached, and every user signs in before the first request. */
  readonly storm?: boolean;
  /** The share of users who sign in for the first time, 0 to 1. Each of them needs a call of /userinfo. */
  readonly newUsers?: number;
  /** The time when the gateway's cache is flushed, for example by a deployment that changes the authorizer. */
  readonly flushAt?: number;
}

export interface SimulationResult {
  readonly requests: number;
  readonly invocations: number;
  readonly hitRatio: number;
  /** Invocations in the busiest second. */
  readonly peakInvocationsPerSecond: number;
  /** The maximum number of concurrent invocations. */
  readonly peakConcurrency: number;
  /** Token requests to the issuer in the busiest second. */
  readonly peakTokensPerSecond: number;
  /** Calls of /userinfo in the busiest second. */
  readonly peakUserinfoPerSecond: number;
}

/** The resolution of concurrency: an invocation counts for at most one slot more than it lasts. */
const SLOTS_PER_INVOCATION = 8;

/**
 * Simulates the gateway's cache of an authorizer. It simulates misses only. The time between two misses of a token is
 * the time to live, which a hit does not prolong, plus the wait for the next request of the user. A request with the
 * same token misses too while the authorizer runs. Source: API Gateway guide, "Use API Gateway Lambda authorizers".
 */
export function simulate(scenario: Scenario, seed: number): SimulationResult {
  const { requestsPerSecond, users, duration, cacheTtl, authorizerDuration } = scenario;
  const { storm = false, newUsers = 0, flushAt = Number.POSITIVE_INFINITY } = scenario;
  const random = seededRandom(seed);
  const rates = zipfRates(users, requestsPerSecond);
  const perSecond = new Uint32Array(Math.ceil(duration));
  const userinfo = new Uint32Array(perSecond.length);
  const tokens = new Uint32Array(perSecond.length);
  const slot = authorizerDuration / SLOTS_PER_INVOCATION;
  const slots = new Uint32Array(Math.ceil(duration / slot) + SLOTS_PER_INVOCATION + 1);
  let invocations = 0;

  const invoke = (time: number) => {
    if (time >= duration) return;
    invocations += 1;
    count(perSecond, Math.floor(time));
    const first = Math.floor(time / slot);
    for (let i = first; i <= first + SLOTS_PER_INVOCATION; i++) count(slots, i);
  };

  for (const rate of rates) {
    // The simulation starts in the steady state, except in a storm.
    let cachedUntil = storm ? 0 : steadyCachedUntil(random, rate, cacheTtl);
    let isFirst = true;
    for (;;) {
      const isFlushed = flushAt < cachedUntil && flushAt >= cachedUntil - cacheTtl;
      const time = (isFlushed ? flushAt : cachedUntil) + exponential(random, rate);
      if (time >= duration) break;
      if (storm && isFirst) {
        count(tokens, Math.floor(time));
        if (random() < newUsers) count(userinfo, Math.floor(time));
      }
      isFirst = false;
      invoke(time);
      for (
        let other = time + exponential(random, rate);
        other < time + authorizerDuration;
        other += exponential(random, rate)
      ) {
        invoke(other);
      }
      cachedUntil = cacheTtl === 0 ? time + authorizerDuration : time + cacheTtl;
    }
  }
  const requests = requestsPerSecond * duration;
  return {
    requests,
    invocations,
    hitRatio: 1 - invocations / requests,
    peakInvocationsPerSecond: maximum(perSecond),
    peakConcurrency: maximum(slots),
    peakTokensPerSecond: maximum(tokens),
    peakUserinfoPerSecond: maximum(userinfo),
  };
}

export interface RotationResult {
  /** The number of fetches of the key set until every environment knows the new key. */
  readonly fetches: number;
  readonly peakFetchesPerSecond: number;
}

/**
 * Simulates a rotation of signing keys. New sign-ins get tokens that the new key signed. An execution environment of the
 * authorizer fetches the key set once, at the first such token.
 * @param environments the number of execution environments of the authorizer
 * @param signInsPerSecond each sign-in misses the gateway's cache
 */
export function simulateRotation(
  { environments, signInsPerSecond }: { environments: number; signInsPerSecond: number },
  seed: number,
): RotationResult {
  const random = seededRandom(seed);
  const knowsKey = new Set<number>();
  const perSecond = new Map<number, number>();
  for (let time = 0; knowsKey.size < environments; ) {
    time += exponential(random, signInsPerSecond);
    const environment = Math.floor(random() * environments);
    if (knowsKey.has(environment)) continue;
    knowsKey.add(environment);
    const second = Math.floor(time);
    perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
  }
  return { fetches: knowsKey.size, peakFetchesPerSecond: Math.max(...perSecond.values()) };
}

/**
 * Computes the hit ratio in the steady state. The time between two misses of a token is the time to live plus the wait
 * for the next request. Tests compare the simulation with this result.
 */
export function expectedHitRatio(
  scenario: Pick<Scenario, 'requestsPerSecond' | 'users' | 'cacheTtl'>,
): number {
  const { requestsPerSecond, users, cacheTtl } = scenario;
  const misses = zipfRates(users, requestsPerSecond).reduce(
    (sum, rate) => sum + rate / (1 + rate * cacheTtl),
    0,
  );
  return 1 - misses / requestsPerSecond;
}

/** Returns the request rate of each user, in descending order. */
export function zipfRates(users: number, requestsPerSecond: number): Float64Array {
  const rates = new Float64Array(users);
  let sum = 0;
  for (let i = 0; i < users; i++) {
    rates[i] = 1 / (i + 1);
    sum += 1 / (i + 1);
  }
  return rates.map((weight) => (weight * requestsPerSecond) / sum);
}

/** A token is cached for the share TTL / (TTL + wait) of the time. Its remaining time to live is uniformly distributed. */
function steadyCachedUntil(random: () => number, rate: number, cacheTtl: number): number {
  const isCached = random() < (rate * cacheTtl) / (1 + rate * cacheTtl);
  return isCached ? random() * cacheTtl : 0;
}

function count(counters: Uint32Array, index: number): void {
  counters[index] = (counters[index] ?? 0) + 1;
}

function maximum(counters: Uint32Array): number {
  return counters.reduce((most, each) => Math.max(most, each), 0);
}
