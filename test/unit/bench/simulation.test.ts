import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../bench/scaling/random.ts';
import {
  expectedHitRatio,
  type Scenario,
  simulate,
  simulateRotation,
  zipfRates,
} from '../../bench/scaling/simulation.ts';

const steady: Scenario = {
  requestsPerSecond: 50,
  users: 500,
  duration: 900,
  cacheTtl: 300,
  authorizerDuration: 0.02,
};

describe('the simulation of the authorizer cache', () => {
  it('gives the same result for the same seed, and another result for another seed', () => {
    expect(simulate(steady, 1)).toEqual(simulate(steady, 1));
    expect(simulate(steady, 1)).not.toEqual(simulate(steady, 2));
  });

  it('gives the hit ratio of renewal theory', () => {
    fc.assert(
      fc.property(
        fc.record({
          requestsPerSecond: fc.integer({ min: 20, max: 100 }),
          users: fc.integer({ min: 50, max: 1_000 }),
          cacheTtl: fc.integer({ min: 30, max: 600 }),
        }),
        (traffic) => {
          // The formula ignores requests that arrive while the authorizer runs. With a short duration there are almost none.
          const { hitRatio } = simulate({ ...steady, ...traffic, authorizerDuration: 0.001 }, 7);
          expect(Math.abs(hitRatio - expectedHitRatio(traffic))).toBeLessThan(0.02);
        },
      ),
      { numRuns: 5 },
    );
  });

  it('invokes the authorizer for every request without a cache', () => {
    const { invocations, requests } = simulate({ ...steady, cacheTtl: 0, authorizerDuration: 0.001 }, 3);
    expect(invocations / requests).toBeGreaterThan(0.97);
    expect(invocations / requests).toBeLessThan(1.03);
  });

  it('has more invocations and a higher peak after a flush', () => {
    const calm = simulate(steady, 5);
    const flushed = simulate({ ...steady, flushAt: 450 }, 5);
    expect(flushed.invocations).toBeGreaterThan(calm.invocations);
    expect(flushed.peakInvocationsPerSecond).toBeGreaterThan(calm.peakInvocationsPerSecond);
  });

  it('requests one token per user in a storm, and a profile for new users only', () => {
    const everyoneAtOnce = { ...steady, users: 20, storm: true };
    const none = simulate({ ...everyoneAtOnce, newUsers: 0 }, 9);
    const all = simulate({ ...everyoneAtOnce, newUsers: 1 }, 9);
    expect(none.peakUserinfoPerSecond).toBe(0);
    expect(all.peakUserinfoPerSecond).toBe(all.peakTokensPerSecond);
    expect(simulate(steady, 9).peakTokensPerSecond).toBe(0);
  });

  it('has a higher concurrency if the authorizer takes longer', () => {
    const storm = { ...steady, storm: true };
    const fast = simulate({ ...storm, authorizerDuration: 0.01 }, 11).peakConcurrency;
    const slow = simulate({ ...storm, authorizerDuration: 1 }, 11).peakConcurrency;
    expect(slow).toBeGreaterThan(fast * 5);
  });
});

describe('the simulation of a key rotation', () => {
  it('fetches the key set once for each environment, at any rate of sign-ins', () => {
    for (const signInsPerSecond of [0.1, 10, 1_000]) {
      const { fetches, peakFetchesPerSecond } = simulateRotation({ environments: 20, signInsPerSecond }, 1);
      expect(fetches).toBe(20);
      expect(peakFetchesPerSecond).toBeLessThanOrEqual(20);
    }
  });
});

describe('the traffic of users', () => {
  it('adds up to the total rate, and follows Zipf’s law', () => {
    const rates = zipfRates(100, 50);
    expect(rates.reduce((sum, rate) => sum + rate, 0)).toBeCloseTo(50);
    expect(rates[0]! / rates[1]!).toBeCloseTo(2);
  });
});

it('random numbers are between 0 and 1, with a mean of 0.5', () => {
  const random = seededRandom(42);
  const numbers = Array.from({ length: 100_000 }, random);
  expect(numbers.every((each) => each >= 0 && each < 1)).toBe(true);
  expect(numbers.reduce((sum, each) => sum + each, 0) / numbers.length).toBeCloseTo(0.5, 2);
});
