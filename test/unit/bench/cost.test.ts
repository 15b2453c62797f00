import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Bill,
  billedMs,
  billOf,
  billOfMillion,
  type Deployment,
  type Design,
  type Figures,
  functionLogBytes,
  type Measurements,
  tiered,
  total,
  tracesPerSecond,
  type Usage,
  usageOf,
  withoutFreeTier,
} from '../../bench/cost/model.ts';
import { prices } from '../../bench/cost/prices.ts';
import { headerBytes } from '../../bench/cost/response-size.ts';
import { APP, capacityUnits, mean, preflightsPerRequest, shapes } from '../../bench/cost/traffic.ts';

const nothing: Usage = {
  gatewayRequests: 0,
  routeRequests: 0,
  routeGigabyteSeconds: 0,
  authorizerRequests: 0,
  authorizerGigabyteSeconds: 0,
  readUnits: 0,
  writeUnits: 0,
  storedGigabytes: 0,
  backupGigabytes: 0,
  logGigabytes: 0,
  maskedGigabytes: 0,
  storedLogGigabytes: 0,
  traces: 0,
  transferGigabytes: 0,
  metrics: 0,
  alarms: 0,
  dashboards: 0,
  keys: 0,
  keyRequests: 0,
  emails: 0,
};

describe('the bill of a month', () => {
  // Each amount is computed by hand from the price page of AWS.
  it.each<[keyof Bill, string, Partial<Usage>, number]>([
    ['gateway', 'two million requests', { gatewayRequests: 2e6 }, 7],
    ['routes', 'a million invocations', { routeRequests: 1e6 }, 0.2],
    ['routes', '300,000 GB-seconds', { routeGigabyteSeconds: 300_000 }, 4.00002],
    ['authorizer', 'a million invocations', { authorizerRequests: 1e6 }, 0.2],
    ['authorizer', '300,000 GB-seconds', { authorizerGigabyteSeconds: 300_000 }, 4.00002],
    ['tableRequests', 'eight million read units', { readUnits: 8e6 }, 1],
    ['tableRequests', 'eight million write units', { writeUnits: 8e6 }, 5],
    ['tableStorage', '4 GB', { storedGigabytes: 4 }, 1],
    ['tableStorage', '10 GB with recovery', { backupGigabytes: 10 }, 2],
    ['logs', '2 GB', { logGigabytes: 2 }, 1],
    ['logs', '100 GB whose addresses are masked', { maskedGigabytes: 100 }, 12],
    ['logs', '100 GB kept for a month', { storedLogGigabytes: 100 }, 3],
    ['traces', 'a million traces', { traces: 1e6 }, 5],
    ['transfer', '100 GB', { transferGigabytes: 100 }, 9],
    ['metrics', 'ten metrics', { metrics: 10 }, 3],
    ['alarms', 'eleven alarms', { alarms: 11 }, 1.1],
    ['dashboards', 'a dashboard', { dashboards: 1 }, 3],
    ['keys', 'a key', { keys: 1 }, 1],
    ['keys', '100,000 requests with keys', { keyRequests: 100_000 }, 0.3],
    ['notifications', '1,000 e-mails', { emails: 1_000 }, 0.02],
  ])('%s: %s', (row, _what, usage, expected) => {
    const bill = billOf({ ...nothing, ...usage }, { gateway: prices.restApi });
    expect(bill[row]).toBeCloseTo(expected, 6);
    expect(total(bill)).toBeCloseTo(expected, 6);
  });

  it('has an HTTP API for a dollar a million', () => {
    expect(billOf({ ...nothing, gatewayRequests: 1e6 }, { gateway: prices.httpApi }).gateway).toBe(1);
  });

  it('has a firewall with five dollars for the ACL, one for each rule, and 60 cents a million', () => {
    const usage = { ...nothing, gatewayRequests: 10e6 };
    expect(billOf(usage, { gateway: prices.restApi, firewallRules: 4 }).firewall).toBeCloseTo(15);
  });

  it('has capacity by the hour: whole units, of which a share is used', () => {
    // 12 write units a second at 70 % are 17.1 units, so 18: 18 × 720 hours × $0.00065. As many read units: $0.00013.
    const options = { gateway: prices.restApi, utilization: 0.7 };
    const units = 12 * 2_592_000;
    expect(billOf({ ...nothing, writeUnits: units }, options).tableRequests).toBeCloseTo(8.424);
    expect(billOf({ ...nothing, readUnits: units }, options).tableRequests).toBeCloseTo(1.6848);
  });

  it('bills each request of a month in its tier', () => {
    const tiers = [
      { upTo: 10, perRequest: 3 },
      { upTo: Number.POSITIVE_INFINITY, perRequest: 1 },
    ];
    expect([0, 10, 15].map((requests) => tiered(tiers, requests))).toEqual([0, 30, 35]);
    // 333 million at $3.50, and 167 million at $2.80.
    expect(tiered(prices.restApi, 500e6)).toBeCloseTo(1_633.1);
  });

  it('leaves out what an account gets for nothing, and no more than that', () => {
    const usage = { ...nothing, transferGigabytes: 150, dashboards: 1, alarms: 11, gatewayRequests: 1e6 };
    expect(withoutFreeTier(usage)).toEqual({
      ...nothing,
      transferGigabytes: 50,
      alarms: 1,
      gatewayRequests: 1e6,
    });
  });
});

const figures: Figures = {
  processorMs: 1,
  initProcessorMs: 100,
  logBytes: 474,
  eventBytes: 2_000,
  responseBytes: 4_000,
  headerBytes: 1_000,
};
const measurements: Measurements = {
  list: figures,
  get: figures,
  create: figures,
  update: figures,
  authorizer: figures,
};
const deployment: Deployment = {
  memoryMb: 1_024,
  accessLogBytes: 974,
  preflightLogBytes: 474,
  isMasked: true,
  loggedShare: 1,
  hasPlatformLog: false,
  logMonths: 2,
  sampling: { perSecond: 0, share: 0.01 },
  minimumCompressionBytes: 8_192,
  alarms: 3,
  dashboards: 1,
  keys: 1,
  tableFunctions: 2,
};
const design: Design = {
  shape: { list: 1, get: 0, create: 0, update: 0 },
  requestsPerSecond: 10,
  hitRatio: 1,
  deployment,
  measurements,
  units: capacityUnits,
  todoBytes: 1_024,
  todosPerRequestPerSecond: 1_024,
  preflights: 0,
  metrics: 5,
  gateway: prices.restApi,
};
const usage = (change: Partial<Design> = {}) => usageOf({ ...design, ...change });
const deployed = (change: Partial<Deployment>) => usage({ deployment: { ...deployment, ...change } });
const REQUESTS = 25_920_000;
const GIGABYTE = 1_073_741_824;

describe('the usage of a month at 10 requests/s', () => {
  it('has a request to the gateway and to a route for each request', () => {
    expect(usage()).toMatchObject({ gatewayRequests: REQUESTS, routeRequests: REQUESTS });
  });

  it('has half a request more to the gateway with half a preflight, and no more to a route', () => {
    expect(usage({ preflights: 0.5 })).toMatchObject({
      gatewayRequests: 1.5 * REQUESTS,
      routeRequests: REQUESTS,
    });
  });

  it('has no authorizer with only cache hits, and a twentieth of the requests with 95 %', () => {
    expect(usage().authorizerRequests).toBe(0);
    expect(usage({ hitRatio: 0.95 }).authorizerRequests).toBeCloseTo(REQUESTS / 20);
  });

  it('has a gigabyte for 7.2 ms in each request: 2 ms of CPU, 5 of DynamoDB, a start in 500 requests', () => {
    expect(usage().routeGigabyteSeconds).toBeCloseTo(REQUESTS * 0.0072);
  });

  it('has the units of each route, and a read of the authorizer for each miss', () => {
    const creates = { list: 0, get: 0, create: 1, update: 0 };
    expect(usage({ shape: creates })).toMatchObject({ readUnits: 0, writeUnits: 4 * REQUESTS });
    expect(usage({ hitRatio: 0 }).readUnits).toBe(2 * REQUESTS);
    expect(usage({ shape: APP }).writeUnits).toBeCloseTo(1.2 * REQUESTS);
  });

  it('stores the todos of the users, and backs all of them up', () => {
    // 10 × 1,024 todos of 1,024 bytes are 10 MB.
    expect(usage()).toMatchObject({ storedGigabytes: 10 / 1_024, backupGigabytes: 10 / 1_024 });
  });

  it('logs the line of the gateway and that of the function, with 26 bytes for each', () => {
    expect(usage().logGigabytes).toBeCloseTo((REQUESTS * (1_000 + 500)) / GIGABYTE);
    expect(usage().maskedGigabytes).toBeCloseTo((REQUESTS * 1_000) / GIGABYTE);
    expect(deployed({ isMasked: false }).maskedGigabytes).toBe(0);
    expect(usage({ preflights: 1 }).maskedGigabytes).toBeCloseTo((REQUESTS * (1_000 + 500)) / GIGABYTE);
  });

  it('logs no line of the function but those of starts, when no success is logged', () => {
    expect(deployed({ loggedShare: 0 }).logGigabytes).toBeCloseTo((REQUESTS * (1_000 + 1)) / GIGABYTE);
  });

  it('logs 752 bytes more for each invocation when Lambda writes its own lines', () => {
    expect(deployed({ hasPlatformLog: true }).logGigabytes).toBeCloseTo(
      (REQUESTS * (1_000 + 500 + 752)) / GIGABYTE,
    );
  });

  it('logs the event and the response at debug level', () => {
    expect(functionLogBytes(figures, 1, { hasPlatformLog: false, isDebug: true })).toBe(500 + 6_052);
  });

  it('keeps the logs for their months, at 15 % of their size', () => {
    expect(usage().storedLogGigabytes).toBeCloseTo((0.15 * 2 * REQUESTS * 1_500) / GIGABYTE);
  });

  it('traces the share of the requests', () => {
    expect(usage().traces).toBeCloseTo(REQUESTS / 100);
  });

  it('transfers headers and bodies', () => {
    expect(usage().transferGigabytes).toBeCloseTo((REQUESTS * 5_000) / GIGABYTE);
  });

  it('transfers a quarter of a list that the gateway compresses, and all of a todo', () => {
    expect(deployed({ minimumCompressionBytes: 4_000 }).transferGigabytes).toBeCloseTo(
      (REQUESTS * 2_000) / GIGABYTE,
    );
    const gets = { list: 0, get: 1, create: 0, update: 0 };
    const compressed = { ...deployment, minimumCompressionBytes: 0 };
    expect(usage({ shape: gets, deployment: compressed }).transferGigabytes).toBeCloseTo(
      (REQUESTS * 5_000) / GIGABYTE,
    );
  });

  it('asks for the key of the table once in five minutes for each function', () => {
    expect(usage().keyRequests).toBe(2 * 8_640);
  });

  it('has the rest as the deployment says', () => {
    expect(usage()).toMatchObject({ metrics: 5, alarms: 3, dashboards: 1, keys: 1 });
  });
});

describe('the bill of a million requests', () => {
  it('is that of the month, divided by the millions', () => {
    expect(billOfMillion(design).gateway).toBeCloseTo(3.5);
    expect(billOfMillion(design).dashboards).toBeCloseTo(3 / 25.92);
    expect(billOfMillion({ ...design, requestsPerSecond: 100 }).dashboards).toBeCloseTo(3 / 259.2);
  });

  it('does not fall with fewer hits, more logs or longer lists', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 1e6 }),
        (hitRatio, read) => {
          const price = (change: Partial<Design>) => total(billOfMillion({ ...design, hitRatio, ...change }));
          const units = { ...capacityUnits, list: { read, write: 0 } };
          expect(price({ hitRatio: hitRatio / 2 })).toBeGreaterThanOrEqual(price({}));
          expect(price({ isDebug: true })).toBeGreaterThan(price({}));
          expect(price({ units })).toBeGreaterThanOrEqual(price({}));
        },
      ),
    );
  });
});

it('scales the CPU time by the share of a processor at the memory size, but not the start', () => {
  expect(billedMs({ ...figures, initProcessorMs: 0 }, 1_769)).toBe(6);
  expect(billedMs({ ...figures, initProcessorMs: 0 }, 128)).toBe(19);
  expect(billedMs({ ...figures, initProcessorMs: 0 }, 10_240)).toBe(6);
  expect(billedMs({ ...figures, initProcessorMs: 1_000 }, 128)).toBe(21);
});

it('traces the reserved requests of a second, and a share of the others', () => {
  expect(tracesPerSecond({ perSecond: 1, share: 0 }, 10)).toBe(1);
  expect(tracesPerSecond({ perSecond: 1, share: 0.05 }, 21)).toBe(2);
  expect(tracesPerSecond({ perSecond: 0, share: 0.01 }, 100)).toBe(1);
  expect(tracesPerSecond({ perSecond: 5, share: 0 }, 2)).toBe(2);
});

it('counts each header with its separator and the end of its line', () => {
  expect(headerBytes({ ETag: '"1"' }, 0) - headerBytes({}, 0)).toBe('ETag: "1"\r\n'.length);
  expect(headerBytes({}, 1_000) - headerBytes({}, 1)).toBe(3);
});

it('sends a preflight for each todo of an app, and one in two hours for each of three lists', () => {
  expect(preflightsPerRequest(APP)).toBeCloseTo(0.25 + 3 / 360);
});

it.each(Object.entries(shapes))('the shares of %s add up to one', (_, shape) => {
  expect(mean(shape, () => 1)).toBeCloseTo(1);
});
