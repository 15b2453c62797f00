import { routes } from '../../../functions/routes.ts';
import { routeSize } from '../../../infra/constructs/function-sizes.ts';
import type { Part, ResultTable } from '../part.ts';
import { measureFunctions } from './measure.ts';
import {
  billedMs,
  type Cost,
  costOfMillion,
  type Design,
  defaultSampling,
  firewallCost,
  type Measurements,
  total,
  traceCost,
} from './model.ts';
import { PRICES_OF, prices } from './prices.ts';
import { APP, shapes } from './traffic.ts';

const MEMORY_MB = Math.max(...routes.map((route) => routeSize(route).memoryMb));
const SECONDS_A_MONTH = 30 * 86_400;
const MEMORY_SIZES = [128, 256, 512, 1_024, 1_769];
/** Bytes of an item or index entry. DynamoDB bills all the bytes that a scan reads, not only the results. */
const TODO_BYTES = 250;
const READ_UNIT_BYTES = 4_096;

/** The deployed design. In 95 of 100 requests the authorizer's result is cached (see SCALING.md). */
const deployed: Design = {
  shape: APP,
  requestsPerMonth: 10 * SECONDS_A_MONTH,
  hitRatio: 0.95,
  memoryMb: MEMORY_MB,
  gateway: prices.restApi,
  logs: 'info',
};

/** Two rate limits and two managed rule groups: infra/constructs/firewall.ts. */
const FIREWALL_RULES = 4;
/** The default of TRACE_RATE. */
const TRACES_PER_SECOND = 1;

const scanOf = (todos: number) => Math.ceil((todos * TODO_BYTES) / READ_UNIT_BYTES);

const alternatives: Readonly<Record<string, Partial<Design>>> = {
  'as deployed': {},
  'authorizer without a cache': { hitRatio: 0 },
  'list by a scan, 10,000 todos in the table': { listReadUnits: scanOf(10_000) },
  'list by a scan, 1,000,000 todos in the table': { listReadUnits: scanOf(1_000_000) },
  'logs at debug level (events and responses)': { logs: 'debug' },
  'HTTP API in place of REST': { gateway: prices.httpApi },
};

/** Computes the price of a million requests from measurements and list prices. */
export const cost: Part = {
  name: 'cost',
  section: 'Cost',
  async run() {
    const measurements = await measureFunctions();
    return {
      tables: [
        figuresTable(measurements),
        costTable(
          'Price of a million requests in US dollars, by traffic and hits of the authorizer’s cache',
          shapeDesigns(),
          measurements,
        ),
        costTable('Price of a million requests in US dollars, by design', alternatives, measurements),
        monthTable(measurements),
      ],
    };
  },
};

function shapeDesigns(): Record<string, Partial<Design>> {
  return Object.fromEntries(
    Object.entries(shapes).flatMap(([name, shape]) =>
      [0, 0.95, 0.99].map((hitRatio) => [`${name}; ${100 * hitRatio} % hits`, { shape, hitRatio }]),
    ),
  );
}

function figuresTable(measurements: Measurements): ResultTable {
  return {
    title: 'Billed quantities of a request',
    columns: [
      '',
      'CPU ms',
      'log bytes',
      'response bytes',
      ...MEMORY_SIZES.map((size) => `billed ms at ${size} MB`),
    ],
    rows: Object.entries(measurements).map(([name, figures]) => [
      name,
      figures.processorMs.toFixed(2),
      figures.logBytes.toFixed(0),
      String(figures.responseBytes),
      ...MEMORY_SIZES.map((size) => billedMs(figures, size).toFixed(0)),
    ]),
    note:
      'CPU is measured with a warm bundle and a stub of DynamoDB without TLS. The billed time includes 5 ms for DynamoDB and one ' +
      'cold start in 500 invocations. It scales CPU by the share of a processor at that memory size (1,769 MB: one processor).',
  };
}

function costTable(
  title: string,
  designs: Readonly<Record<string, Partial<Design>>>,
  measurements: Measurements,
): ResultTable {
  const dollars = (value: number) => value.toFixed(2);
  return {
    title,
    columns: ['', 'gateway', 'routes', 'authorizer', 'DynamoDB', 'logs', 'transfer', 'total'],
    rows: Object.entries(designs).map(([name, design]) => {
      const costs: Cost = costOfMillion({ ...deployed, ...design }, measurements);
      const { gateway, routes: routeCost, authorizer, dynamoDb, logs, transfer } = costs;
      return [name, ...[gateway, routeCost, authorizer, dynamoDb, logs, transfer, total(costs)].map(dollars)];
    }),
    note: `List prices of us-east-1 as of ${PRICES_OF}, ${MEMORY_MB} MB on arm64, at 10 requests/s. WAF, if enabled, adds $${firewallCost(0).perMillion.toFixed(2)}.`,
  };
}

function monthTable(measurements: Measurements): ResultTable {
  const firewall = firewallCost(FIREWALL_RULES);
  const dollars = (value: number) => Math.round(value).toLocaleString('en');
  return {
    title: 'Price of a month in US dollars',
    columns: [
      'requests/s',
      'requests',
      'REST API',
      'HTTP API',
      'WAF',
      'X-Ray',
      'X-Ray by its default rule',
      'ten custom metrics',
    ],
    rows: [10, 1_000, 100_000].map((rate) => {
      const requestsPerMonth = rate * SECONDS_A_MONTH;
      const millions = requestsPerMonth / 1e6;
      const month = (gateway: Design['gateway']) =>
        millions * total(costOfMillion({ ...deployed, requestsPerMonth, gateway }, measurements));
      return [
        rate.toLocaleString('en'),
        `${millions.toLocaleString('en')} million`,
        dollars(month(prices.restApi)),
        dollars(month(prices.httpApi)),
        dollars(firewall.perMonth + millions * firewall.perMillion),
        dollars(traceCost({ perSecond: TRACES_PER_SECOND, share: 0 }, rate, SECONDS_A_MONTH)),
        dollars(traceCost(defaultSampling, rate, SECONDS_A_MONTH)),
        dollars(10 * prices.cloudWatch.perMetricMonth),
      ];
    }),
  };
}
