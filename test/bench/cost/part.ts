import type { Chart, Claim, Part, ResultTable } from '../part.ts';
import { todoBytes } from '../scaling/item-size.ts';
import { deploymentBefore, METRICS_BEFORE, measurementsBefore } from './before.ts';
import { productionDeployment } from './deployment.ts';
import { measureFunctions } from './measure.ts';
import {
  type Bill,
  billedMs,
  billOfMillion,
  type Deployment,
  type Design,
  fixedRows,
  functionLogBytes,
  type Measurements,
  SECONDS_A_MONTH,
  total,
  withoutFreeTier,
} from './model.ts';
import { PRICES_OF, prices } from './prices.ts';
import {
  APP,
  capacityUnits,
  preflightsPerRequest,
  shapes,
  TODOS_PER_USER,
  USERS_PER_REQUEST_PER_SECOND,
} from './traffic.ts';

const MEMORY_SIZES = [128, 256, 512, 1_024, 1_769];
const RATES = [10, 100, 1_000] as const;
/** Bytes of an item or index entry. DynamoDB bills all the bytes that a scan reads, not only the results. */
const TODO_BYTES = 250;
const TITLE_LENGTH = 20;
const READ_UNIT_BYTES = 4_096;
/** Two rate limits and two managed rule groups: infra/constructs/firewall.ts. */
const FIREWALL_RULES = 4;
/** The series of a busy stage without errors. Each metric counts a failure: infra/README.md, "Metrics". */
const METRICS = 0;
/** Auto scaling creates four for the reads and four for the writes of a table. */
const AUTO_SCALING_ALARMS = 8;

const names: Readonly<Record<keyof Bill, string>> = {
  gateway: 'API Gateway',
  routes: 'Lambda: routes',
  authorizer: 'Lambda: authorizer',
  tableRequests: 'DynamoDB: requests',
  tableStorage: 'DynamoDB: storage, recovery backups',
  logs: 'CloudWatch: logs',
  traces: 'X-Ray',
  transfer: 'transfer to the internet',
  firewall: 'WAF',
  metrics: 'CloudWatch: metrics',
  alarms: 'CloudWatch: alarms',
  dashboards: 'CloudWatch: dashboard',
  keys: 'KMS',
  notifications: 'SNS',
};

/** The rows in the groups of the chart and of the table by traffic. */
const parts: Readonly<Record<string, readonly (keyof Bill)[]>> = {
  gateway: ['gateway'],
  Lambda: ['routes', 'authorizer'],
  DynamoDB: ['tableRequests', 'tableStorage'],
  'logs and traces': ['logs', 'traces'],
  transfer: ['transfer'],
  'the same each month': fixedRows,
};

const before: Design = {
  shape: APP,
  requestsPerSecond: 10,
  // The authorizer's result is cached in 95 of 100 requests (see SCALING.md).
  hitRatio: 0.95,
  deployment: deploymentBefore,
  measurements: measurementsBefore,
  units: capacityUnits,
  todoBytes: todoBytes(TITLE_LENGTH),
  todosPerRequestPerSecond: USERS_PER_REQUEST_PER_SECOND * TODOS_PER_USER,
  preflights: 0,
  metrics: METRICS_BEFORE,
  gateway: prices.restApi,
};

/** Computes the bill of a stage from measurements, its template and list prices. */
export const cost: Part = {
  name: 'cost',
  section: 'Cost',
  async run() {
    const measurements = await measureFunctions();
    const deployment = productionDeployment();
    const deployed: Design = { ...before, deployment, measurements, metrics: METRICS };
    return {
      tables: [
        figuresTable(measurements),
        billTable(deployed),
        designTable(deployed),
        trafficTable(deployed),
        logTable(deployed),
        gatewayTable(deployed),
      ],
      charts: [toChart(deployed)],
      claims: toClaims(deployed),
    };
  },
};

const dollars = (value: number) => value.toFixed(2);
const difference = (value: number) => (value < 0 ? '−' : '+') + dollars(Math.abs(value));
const totalOf = (design: Design, change: Partial<Design> = {}) =>
  total(billOfMillion({ ...design, ...change }));

/** The goal for the whole bill of a million requests, in US dollars. */
const GOAL = 5;

/** Returns the lowest rate whose bill reaches the goal at list prices. With more requests/s, a million costs less. */
function lowestRateWithinGoal(design: Design): number {
  let [tooLow, enough] = [0, 1_000_000];
  while (enough - tooLow > 1) {
    const rate = Math.floor((tooLow + enough) / 2);
    if (totalOf({ ...design, requestsPerSecond: rate }) <= GOAL) enough = rate;
    else tooLow = rate;
  }
  return enough;
}

function toClaims(deployed: Design): Claim[] {
  const at = (design: Design, requestsPerSecond: number) =>
    dollars(totalOf({ ...design, requestsPerSecond }));
  const [low, , high] = RATES;
  const billed = (design: Design) => dollars(total(billOfMillion(design, withoutFreeTier)));
  const goal = dollars(GOAL);
  return [
    {
      figure: `$${billed(deployed)}`,
      text:
        `what AWS bills for a million requests at ${low} requests/s, everything included, if the account has no other stage. It was ` +
        `$${billed(before)} before. The goal is $${goal}`,
    },
    {
      figure: `$${at(deployed, low)}`,
      text:
        `the same at list prices, without what AWS gives each account for nothing. It was $${at(before, low)} before. It is at most $${goal} ` +
        `from ${lowestRateWithinGoal(deployed)} requests/s on, and $${at(deployed, high)} at ${high.toLocaleString('en')}`,
    },
    {
      figure: `$${dollars(billOfMillion(deployed).logs)}`,
      text: `the logs of a million requests, $${dollars(billOfMillion(before).logs)} before. The goal is $0.45`,
    },
  ];
}

function toChart(deployed: Design): Chart {
  const [low, , high] = RATES;
  const designs: readonly (readonly [string, Design])[] = [
    [`before, ${low} requests/s`, { ...before, requestsPerSecond: low }],
    [`now, ${low} requests/s`, { ...deployed, requestsPerSecond: low }],
    [`before, ${high.toLocaleString('en')} requests/s`, { ...before, requestsPerSecond: high }],
    [`now, ${high.toLocaleString('en')} requests/s`, { ...deployed, requestsPerSecond: high }],
  ];
  const bills = designs.map(([, design]) => billOfMillion(design));
  const prices = bills.map((bill) => dollars(total(bill)));
  return {
    name: 'cost',
    title: 'The bill of a million requests',
    kind: 'stacked bars',
    unit: 'US dollars',
    labels: designs.map(([name]) => name),
    series: Object.entries(parts).map(([name, rows]) => ({
      name,
      values: bills.map((bill) => rows.reduce((sum, row) => sum + bill[row], 0)),
    })),
    decimals: 2,
    goal: { text: `goal: $${dollars(GOAL)}`, value: GOAL },
    finding: `A million requests cost $${prices[1]} at ${low} requests/s, $${prices[0]} before, and $${prices[3]} at ${high.toLocaleString('en')} requests/s, $${prices[2]} before.`,
  };
}

function figuresTable(measurements: Measurements): ResultTable {
  return {
    title: 'Billed quantities of a request',
    columns: [
      '',
      'CPU ms',
      'log bytes',
      'body bytes',
      'header bytes',
      ...MEMORY_SIZES.map((size) => `billed ms at ${size} MB`),
    ],
    rows: Object.entries(measurements).map(([name, figures]) => [
      name,
      figures.processorMs.toFixed(2),
      figures.logBytes.toFixed(0),
      String(figures.responseBytes),
      name === 'authorizer' ? '' : String(figures.headerBytes),
      ...MEMORY_SIZES.map((size) => billedMs(figures, size).toFixed(0)),
    ]),
    note:
      'CPU is measured with a warm bundle and a stub of DynamoDB without TLS. The billed time includes 5 ms for DynamoDB and one ' +
      'cold start in 500 invocations. It scales CPU by the share of a processor at that memory size (1,769 MB: one processor). ' +
      'The headers include those of the gateway, in HTTP/1.1.',
  };
}

function billTable(deployed: Design): ResultTable {
  const designs = RATES.flatMap((requestsPerSecond) =>
    [before, deployed].map((design) => ({ ...design, requestsPerSecond })),
  );
  const bills = designs.map((design) => billOfMillion(design));
  const row = (name: string, of: (bill: Bill, design: Design) => string) => [
    name,
    ...bills.map((bill, i) => of(bill, designs[i] as Design)),
  ];
  const isFixed = (key: keyof Bill) => fixedRows.some((name) => name === key);
  const keys = (Object.keys(names) as (keyof Bill)[]).filter((key) => key !== 'firewall');
  const sum = (bill: Bill, chosen: (key: keyof Bill) => boolean) =>
    dollars(keys.filter(chosen).reduce((all, key) => all + bill[key], 0));
  const added = (design: Design, change: Partial<Design>) =>
    difference(totalOf(design, change) - totalOf(design));
  const preflights = preflightsPerRequest(APP);
  return {
    title: 'Bill of a million requests of an app in US dollars',
    columns: [
      '',
      ...RATES.flatMap((rate) => [
        `before, ${rate.toLocaleString('en')}/s`,
        `now, ${rate.toLocaleString('en')}/s`,
      ]),
    ],
    rows: [
      ...keys.filter((key) => !isFixed(key)).map((key) => row(names[key], (bill) => dollars(bill[key]))),
      row('**grows with the requests**', (bill) => sum(bill, (key) => !isFixed(key))),
      ...keys.filter(isFixed).map((key) => row(names[key], (bill) => dollars(bill[key]))),
      row('**the same each month**', (bill) => sum(bill, isFixed)),
      row('**total at list prices**', (bill) => `**${dollars(total(bill))}**`),
      row(
        '**what AWS bills an account with no other stage**',
        (_, design) => `**${dollars(total(billOfMillion(design, withoutFreeTier)))}**`,
      ),
      row('a front end at another origin adds', (_, design) => added(design, { preflights })),
      row('the same without the browser’s cache of preflights', (_, design) =>
        added(design, { preflights: 1 }),
      ),
      row('`WAF=true` adds', (_, design) => added(design, { firewallRules: FIREWALL_RULES })),
    ],
    note:
      `List prices of us-east-1 as of ${PRICES_OF}, for production with its default settings, on arm64. Before: commit 11598c2. The ` +
      `authorizer’s result is cached in 95 of 100 requests. Each request/s stands for ${USERS_PER_REQUEST_PER_SECOND} users with ${TODOS_PER_USER.toLocaleString('en')} todos each. A ` +
      `browser at another origin sends ${preflights.toFixed(2)} preflights with each request: one for each todo, and one in two hours for each of ` +
      `three lists. The total is at most $${dollars(GOAL)} from ${lowestRateWithinGoal(deployed)} requests/s on. The hourly sweep costs less than a cent a month.`,
  };
}

function designTable(deployed: Design): ResultTable {
  const { deployment } = deployed;
  const deploy = (change: Partial<Deployment>): Partial<Design> => ({
    deployment: { ...deployment, ...change },
  });
  const listUnits = (read: number): Partial<Design> => ({
    units: { ...capacityUnits, list: { read, write: 0 } },
  });
  const scanOf = (todos: number) => Math.ceil((todos * TODO_BYTES) / READ_UNIT_BYTES);
  const halved = Object.fromEntries(
    Object.entries(capacityUnits).map(([route, { read, write }]) => [route, { read: read / 2, write }]),
  ) as unknown as Design['units'];
  const alternatives: Readonly<Record<string, Partial<Design>>> = {
    'as deployed': {},
    'lists of 8 KB or more compressed, not of 1 KB': deploy({ minimumCompressionBytes: 8_192 }),
    '256 MB': deploy({ memoryMb: 256 }),
    '1,024 MB': deploy({ memoryMb: 1_024 }),
    'provisioned capacity with auto scaling, 70 % used': {
      utilization: 0.7,
      ...deploy({ alarms: deployment.alarms + AUTO_SCALING_ALARMS }),
    },
    'one local index fewer: lists by status lose their order': {
      units: { ...capacityUnits, create: { read: 0, write: 3 }, update: { read: 0, write: 4 } },
    },
    'reads that are eventually consistent': { units: halved },
    'no addresses in the access log, so nothing to mask': deploy({
      accessLogBytes: deployment.accessLogBytes - '"source_ip":"203.0.113.42",'.length,
      isMasked: false,
    }),
    'each success logged and traced by the functions': deploy({
      loggedShare: 1,
      sampling: { perSecond: 0, share: 1 },
    }),
    'logs at debug level (events and responses)': { isDebug: true },
    'authorizer without a cache': { hitRatio: 0 },
    'list by a scan, 10,000 todos in the table': listUnits(scanOf(10_000)),
    'list by a scan, 1,000,000 todos in the table': listUnits(scanOf(1_000_000)),
    'HTTP API in place of REST': { gateway: prices.httpApi },
  };
  const [low, , high] = RATES;
  return {
    title: 'Price of a million requests in US dollars, by design',
    columns: ['', ...[low, high].flatMap((rate) => [`${rate.toLocaleString('en')}/s`, 'difference'])],
    rows: Object.entries(alternatives).map(([name, change]) => [
      name,
      ...[low, high].flatMap((requestsPerSecond) => {
        const base = { ...deployed, requestsPerSecond };
        const price = totalOf(base, change);
        return [dollars(price), Object.keys(change).length === 0 ? '' : difference(price - totalOf(base))];
      }),
    ]),
    note: 'As the table above, without free tiers. Auto scaling follows the load in minutes; a faster rise is throttled after the burst capacity.',
  };
}

function trafficTable(deployed: Design): ResultTable {
  return {
    title: 'Price of a million requests in US dollars, by traffic and hits of the authorizer’s cache',
    columns: ['', ...Object.keys(parts), 'total'],
    rows: Object.entries(shapes).flatMap(([name, shape]) =>
      [0, 0.95, 0.99].map((hitRatio) => {
        const bill = billOfMillion({ ...deployed, shape, hitRatio });
        return [
          `${name}; ${100 * hitRatio} % hits`,
          ...Object.values(parts).map((rows) => dollars(rows.reduce((sum, row) => sum + bill[row], 0))),
          dollars(total(bill)),
        ];
      }),
    ),
    note: 'At 10 requests/s.',
  };
}

function logTable(deployed: Design): ResultTable {
  const bytes = (value: number) => value.toFixed(0);
  const rowOf = (name: string, of: (design: Design) => string) => [name, of(before), of(deployed)];
  return {
    title: 'Bytes in the logs for a successful list',
    columns: ['', 'before', 'now'],
    rows: [
      rowOf('line of the access log', ({ deployment }) => bytes(deployment.accessLogBytes)),
      rowOf('line of the function, when it writes one', ({ measurements }) =>
        bytes(measurements.list.logBytes),
      ),
      rowOf(
        'share of the requests with such a line',
        ({ deployment }) => `${100 * deployment.loggedShare} %`,
      ),
      rowOf('lines of Lambda itself, with 26 bytes for each event', ({ deployment, measurements }) =>
        bytes(functionLogBytes(measurements.list, 0, deployment)),
      ),
      rowOf('US dollars a million requests', (design) => billOfMillion(design).logs.toFixed(3)),
    ],
    note: 'CloudWatch adds 26 bytes to each event. The dollars have the ingestion, the masking of addresses in the access log, and the storage, for all routes and the authorizer.',
  };
}

function gatewayTable(deployed: Design): ResultTable {
  const whole = (value: number) => Math.round(value).toLocaleString('en');
  return {
    title: 'Price of a month in US dollars, by gateway',
    columns: ['requests/s', 'requests', 'REST API', 'HTTP API', 'difference', '`WAF=true`'],
    rows: [10, 100, 1_000, 100_000].map((requestsPerSecond) => {
      const millions = (requestsPerSecond * SECONDS_A_MONTH) / 1e6;
      const month = (change: Partial<Design>) =>
        millions * totalOf({ ...deployed, requestsPerSecond }, change);
      const rest = month({});
      const http = month({ gateway: prices.httpApi });
      return [
        whole(requestsPerSecond),
        `${whole(millions)} million`,
        whole(rest),
        whole(http),
        whole(rest - http),
        whole(month({ firewallRules: FIREWALL_RULES }) - rest),
      ];
    }),
  };
}
