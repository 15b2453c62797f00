import { exponential, seededRandom } from './random.ts';

/** Traffic, and what happens meanwhile. Times are in seconds. */
export interface Scenario {
  readonly requestsPerSecond: number;
  /** Their shares of the requests follow Zipf's law with exponent 1: the busiest makes twice as many as the second. */
  readonly users: number;
  readonly duration: number;
  /** How long the gateway keeps an authorizer's answer for a token; 0 for no cache. */
  readonly cacheTtl: number;
  /** How long an authorizer's invocation takes, warm. */
  readonly authorizerDuration: number;
  /** From the start: nobody's token is cached, and every user signs in at his first request. */
  readonly storm?: boolean;
  /** Users of the storm who were never seen before, as a share: each costs a call of /userinfo. */
  readonly newUsers?: number;
  /** When the gateway's cache is flushed, as by a deployment that changes the authorizer. */
  readonly flushAt?: number;
}

export interface SimulationResult {
  readonly requests: number;
  readonly invocations: number;
  readonly hitRatio: number;
  /** Of the busiest second. */
  readonly peakInvocationsPerSecond: number;
  /** Invocations under way at once, at most. */
  readonly peakConcurrency: number;
  /** Tokens asked of the issuer in the busiest second. */
  readonly peakTokensPerSecond: number;
  /** Calls of /userinfo in the busiest second. */
  readonly peakUserinfoPerSecond: number;
}

/** How finely the invocations under way are counted: one counts a slot too long at most. */
const SLOTS_PER_INVOCATION = 8;

/**
 * Simulates the gateway's cache of an authorizer. Only what misses it is simulated: between two misses of a token lie
 * the time to live, which a hit does not prolong, and the wait for that user's next request. Requests with the same
 * token that arrive while its authorizer runs miss, too (API Gateway guide, "Use API Gateway Lambda authorizers").
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
    // At the start all caches are as they are in the long run, unless it is a storm.
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
  /** Fetches of the key set, until every environment knows the new key. */
  readonly fetches: number;
  readonly peakFetchesPerSecond: number;
}

/**
 * Simulates a rotation of signing keys. Tokens of the new key come with new sign-ins; an execution environment of the
 * authorizer fetches the key set at the first one that it gets, and no other.
 * @param environments of the authorizer, alive at once
 * @param signInsPerSecond each of them misses the gateway's cache
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
 * The share of requests that hit, in the long run: a token misses once in the time to live and the wait for its next
 * request. What the simulation is checked against.
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

/** The request rate of each user, the busiest first. */
export function zipfRates(users: number, requestsPerSecond: number): Float64Array {
  const rates = new Float64Array(users);
  let sum = 0;
  for (let i = 0; i < users; i++) {
    rates[i] = 1 / (i + 1);
    sum += 1 / (i + 1);
  }
  return rates.map((weight) => (weight * requestsPerSecond) / sum);
}

/** A token is cached for the share TTL / (TTL + wait) of the time, and then for a uniformly distributed rest. */
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
