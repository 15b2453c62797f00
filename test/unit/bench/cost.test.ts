import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  billedMs,
  costOfMillion,
  type Design,
  type Figures,
  type Measurements,
  tiered,
  total,
} from '../../bench/cost/model.ts';
import { prices } from '../../bench/cost/prices.ts';
import { APP, mean, shapes } from '../../bench/cost/traffic.ts';

const figures: Figures = {
  processorMs: 1,
  initProcessorMs: 100,
  logBytes: 500,
  eventBytes: 2_000,
  responseBytes: 1_000,
};
const measurements: Measurements = {
  list: figures,
  get: figures,
  create: figures,
  update: figures,
  authorizer: figures,
};
const design: Design = {
  shape: APP,
  requestsPerMonth: 1e6,
  hitRatio: 0.95,
  memoryMb: 512,
  gateway: prices.restApi,
  logs: 'info',
};
const costOf = (change: Partial<Design>) => costOfMillion({ ...design, ...change }, measurements);

describe('the cost of a million requests', () => {
  it('is the list price if only one price applies', () => {
    expect(costOf({}).gateway).toBeCloseTo(3.5);
    expect(costOf({ gateway: prices.httpApi }).gateway).toBeCloseTo(1);
    // A million lists of ten read units each are ten million read units.
    const lists = { list: 1, get: 0, create: 0, update: 0 };
    expect(costOf({ shape: lists, hitRatio: 1, listReadUnits: 10 }).dynamoDb).toBeCloseTo(1.25);
    const creates = { list: 0, get: 0, create: 1, update: 0 };
    expect(costOf({ shape: creates, hitRatio: 1 }).dynamoDb).toBeCloseTo(2.5);
  });

  it('includes no authorizer with only cache hits, and one for each request without a cache', () => {
    expect(costOf({ hitRatio: 1 }).authorizer).toBe(0);
    expect(costOf({ hitRatio: 0 }).authorizer).toBeCloseTo(costOf({}).routes);
  });

  it('does not fall with fewer hits, more logs or longer lists', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 1e6 }),
        (hitRatio, units) => {
          const base = total(costOf({ hitRatio }));
          expect(total(costOf({ hitRatio: hitRatio / 2 }))).toBeGreaterThanOrEqual(base);
          expect(total(costOf({ hitRatio, logs: 'debug' }))).toBeGreaterThan(base);
          expect(total(costOf({ hitRatio, listReadUnits: units }))).toBeGreaterThanOrEqual(base);
        },
      ),
    );
  });

  it('scales the CPU time by the share of a processor at the memory size', () => {
    expect(billedMs({ ...figures, initProcessorMs: 0 }, 1_769)).toBe(6);
    expect(billedMs({ ...figures, initProcessorMs: 0 }, 128)).toBe(19);
    expect(billedMs({ ...figures, initProcessorMs: 0 }, 10_240)).toBe(6);
  });

  it('bills each request of a month in its tier', () => {
    const tiers = [
      { upTo: 10, perRequest: 3 },
      { upTo: Number.POSITIVE_INFINITY, perRequest: 1 },
    ];
    expect([0, 10, 15].map((requests) => tiered(tiers, requests))).toEqual([0, 30, 35]);
  });
});

it.each(Object.entries(shapes))('the shares of %s add up to one', (_, shape) => {
  expect(mean(shape, () => 1)).toBeCloseTo(1);
});
