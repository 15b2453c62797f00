import {
  APP,
  AUTHORIZER_READ_UNITS,
  capacityUnits,
  mean,
  USERS_PER_REQUEST_PER_SECOND,
} from '../cost/traffic.ts';
import type { Part, ResultTable } from '../part.ts';
import { itemBytes, mostTodos, todoBytes } from './item-size.ts';
import { auth0Plans, awsLimits, CHECKED_ON } from './limits.ts';
import { type Scenario, type SimulationResult, simulate, simulateRotation, zipfRates } from './simulation.ts';

const SEED = 20_261_124;
const RATES = [10, 1_000, 100_000] as const;
/** Assumed durations in 512 MB: a route and the authorizer each make one DynamoDB call. */
const ROUTE_SECONDS = 0.02;
const AUTHORIZER_SECONDS = 0.015;
const COLD_AUTHORIZER_SECONDS = 0.5;
const TOKEN_SECONDS = 86_400;
const TITLE_LENGTH = 20;
/** The default of `limit`. */
const PAGE_SIZE = 100;
const READ_UNIT_BYTES = 4_096;

const whole = (value: number) => Math.round(value).toLocaleString('en');
const perSecond = (rate: number) => `${whole(rate)}/s`;

const steady = (rate: number): Scenario => ({
  requestsPerSecond: rate,
  users: rate * USERS_PER_REQUEST_PER_SECOND,
  duration: 400,
  cacheTtl: 300,
  authorizerDuration: AUTHORIZER_SECONDS,
});

const situations: Readonly<Record<string, (rate: number) => Scenario>> = {
  'steady traffic': steady,
  'flush of the cache': (rate) => ({ ...steady(rate), flushAt: 100 }),
  'everyone signs in, one in ten for the first time': (rate) => ({
    ...steady(rate),
    duration: 60,
    storm: true,
    newUsers: 0.1,
  }),
  'everyone signs in, with cold authorizers': (rate) => ({
    ...steady(rate),
    duration: 60,
    storm: true,
    newUsers: 0.1,
    authorizerDuration: COLD_AUTHORIZER_SECONDS,
  }),
};

/** Computes SCALING.md. The seed is fixed, so every machine gets the same result, and a test can compare the page. */
export const scaling: Part = {
  name: 'scaling',
  section: 'The numbers',
  document: 'SCALING.md',
  run: async () => ({ tables: scalingTables() }),
};

export function scalingTables(): ResultTable[] {
  const results = Object.entries(situations).map(([name, scenario]) => ({
    name,
    of: RATES.map((rate) => ({ rate, result: simulate(scenario(rate), SEED) })),
  }));
  const always = results[0]?.of.map(({ result }) => result) ?? [];
  const storm = results[2]?.of.map(({ result }) => result) ?? [];
  return [
    authorizerTable(results),
    demandTable(always),
    auth0Table(storm),
    rotationTable(always),
    userRateTable(),
    collectionTable(),
  ];
}

function authorizerTable(
  results: readonly { name: string; of: readonly { rate: number; result: SimulationResult }[] }[],
): ResultTable {
  return {
    title: 'The authorizer behind its cache',
    columns: ['', 'requests', 'users', 'hits', 'invocations in the busiest second', 'concurrent invocations'],
    rows: results.flatMap(({ name, of }) =>
      of.map(({ rate, result }) => [
        name,
        perSecond(rate),
        whole(rate * USERS_PER_REQUEST_PER_SECOND),
        `${(100 * result.hitRatio).toFixed(1)} %`,
        whole(result.peakInvocationsPerSecond),
        whole(result.peakConcurrency),
      ]),
    ),
    note:
      `Simulated with seed ${SEED}. Users send a request every ${USERS_PER_REQUEST_PER_SECOND} s on average, distributed by Zipf’s law. The cache keeps ` +
      `a result for 300 s. The authorizer takes ${AUTHORIZER_SECONDS * 1000} ms (${COLD_AUTHORIZER_SECONDS * 1000} ms cold). The hits are counted over 400 s, or over the ` +
      'first minute if everyone signs in.',
  };
}

function demandTable(always: readonly SimulationResult[]): ResultTable {
  const reads = mean(APP, (route) => capacityUnits[route].read);
  const writes = mean(APP, (route) => capacityUnits[route].write);
  const row = (name: string, limit: number, demand: (rate: number, i: number) => number) => [
    name,
    whole(limit),
    ...RATES.map((rate, i) => {
      const value = demand(rate, i);
      return value > limit ? `**${whole(value)}**` : whole(value);
    }),
  ];
  const busiest = (rate: number) => zipfRates(rate * USERS_PER_REQUEST_PER_SECOND, rate)[0] ?? 0;
  const misses = (rate: number, i: number) => rate * (1 - (always[i]?.hitRatio ?? 0));
  const {
    gatewayRequestsPerSecond,
    lambdaConcurrency,
    lambdaEnvironmentsPerTenSeconds,
    newTableReadUnits,
    newTableWriteUnits,
    tableReadUnits,
    tableWriteUnits,
    partitionReadUnits,
    partitionWriteUnits,
  } = awsLimits;
  const readUnits = (rate: number, i: number) => rate * reads + misses(rate, i) * AUTHORIZER_READ_UNITS;
  return {
    title: 'Load of an app, and default limits of an AWS account',
    columns: ['', 'default limit', ...RATES.map(perSecond)],
    rows: [
      row('API Gateway, requests/s', gatewayRequestsPerSecond, (rate) => rate),
      row(
        'Lambda, concurrent executions',
        lambdaConcurrency,
        (rate, i) => rate * ROUTE_SECONDS + misses(rate, i) * AUTHORIZER_SECONDS,
      ),
      row(
        'Lambda, new environments of a function in the first 10 s',
        lambdaEnvironmentsPerTenSeconds,
        (rate) => rate * APP.list * ROUTE_SECONDS,
      ),
      row('DynamoDB, new table, read units/s', newTableReadUnits, readUnits),
      row('DynamoDB, new table, write units/s', newTableWriteUnits, (rate) => rate * writes),
      row('DynamoDB, table quota, read units/s', tableReadUnits, readUnits),
      row('DynamoDB, table quota, write units/s', tableWriteUnits, (rate) => rate * writes),
      row('the busiest user’s partition, read units/s', partitionReadUnits, (rate) => busiest(rate) * reads),
      row(
        'the busiest user’s partition, write units/s',
        partitionWriteUnits,
        (rate) => busiest(rate) * writes,
      ),
    ],
    note:
      `Bold numbers exceed the limit. A request of an app (60 % lists, 15 % gets, 15 % creates, 10 % updates) takes ${reads.toFixed(2)} read and ${writes.toFixed(2)} write ` +
      `units and ${ROUTE_SECONDS * 1000} ms on average. Limits as of ${CHECKED_ON}.`,
  };
}

/** Returns how many such requests a second a user can send all the time: all items of a user are in one partition. */
export function largestUserRate({ read, write }: { readonly read: number; readonly write: number }): number {
  return Math.floor(Math.min(awsLimits.partitionReadUnits / read, awsLimits.partitionWriteUnits / write));
}

/** Returns the lowest rate of all users at which the busiest one sends this many requests a second (Zipf's law). */
export function rateOfAllUsers(busiest: number): number {
  let users = 0;
  let weights = 0;
  for (let rate = 1; ; rate++) {
    while (users < rate * USERS_PER_REQUEST_PER_SECOND) weights += 1 / ++users;
    if (rate / weights >= busiest) return rate;
  }
}

function userRateTable(): ResultTable {
  const { list, create, update } = capacityUnits;
  const app = {
    read: mean(APP, (route) => capacityUnits[route].read),
    write: mean(APP, (route) => capacityUnits[route].write),
  };
  const page = { read: Math.ceil((PAGE_SIZE * itemBytes(TITLE_LENGTH)) / READ_UNIT_BYTES), write: 0 };
  const rowOf = (name: string, units: { readonly read: number; readonly write: number }) => [
    name,
    String(units.read.toFixed(2).replace(/\.?0+$/, '')),
    String(units.write.toFixed(2).replace(/\.?0+$/, '')),
    perSecond(largestUserRate(units)),
  ];
  return {
    title: 'Largest rate of one user',
    columns: ['requests', 'read units', 'write units', 'sustained rate'],
    rows: [
      rowOf('a get, or a list of at most 4 KB', list),
      rowOf(`a list of ${PAGE_SIZE} todos with ${TITLE_LENGTH} characters`, page),
      rowOf('a create, a delete, or a new title', create),
      rowOf('an update that completes a todo', update),
      rowOf('those of an app', app),
    ],
    note:
      `A partition gives ${whole(awsLimits.partitionReadUnits)} read and ${whole(awsLimits.partitionWriteUnits)} write units a second. The busiest user of an app reaches the rate at ` +
      `${perSecond(rateOfAllUsers(largestUserRate(app)))} of all users.`,
  };
}

function auth0Table(storm: readonly SimulationResult[]): ResultTable {
  return {
    title: 'Limits of Auth0',
    columns: [
      'plan',
      'API requests/s if each fetches the key set',
      ...RATES.map((rate) => `time to sign in ${whole(rate * USERS_PER_REQUEST_PER_SECOND)} users`),
    ],
    rows: auth0Plans.map(({ plan, authenticationPerSecond, tokensPerSecond, jwksPerSecond }) => {
      const signIns = Math.min(authenticationPerSecond, tokensPerSecond);
      // One sign-in in ten is a first sign-in, and needs a call of /userinfo too.
      const seconds = (rate: number) => (rate * USERS_PER_REQUEST_PER_SECOND * 1.1) / signIns;
      return [
        plan,
        whole(Math.min(authenticationPerSecond, jwksPerSecond)),
        ...RATES.map((rate) => duration(seconds(rate))),
      ];
    }),
    note:
      'If everyone signs in, the busiest second has ' +
      `${storm.map((result) => whole(result.peakTokensPerSecond)).join(', ')} requests for tokens and ` +
      `${storm.map((result) => whole(result.peakUserinfoPerSecond)).join(', ')} requests for profiles. The limit of Auth0 is for all ` +
      'endpoints of its Authentication API together.',
  };
}

function rotationTable(always: readonly SimulationResult[]): ResultTable {
  return {
    title: 'Rotation of signing keys',
    columns: [
      'requests',
      'sign-ins',
      'authorizer environments',
      'fetches of the key set',
      'fetches in the busiest second',
    ],
    rows: RATES.map((rate, i) => {
      const environments = always[i]?.peakConcurrency ?? 0;
      const signInsPerSecond = (rate * USERS_PER_REQUEST_PER_SECOND) / TOKEN_SECONDS;
      const { fetches, peakFetchesPerSecond } = simulateRotation({ environments, signInsPerSecond }, SEED);
      const signIns = signInsPerSecond < 1 ? `${signInsPerSecond.toFixed(3)}/s` : perSecond(signInsPerSecond);
      return [perSecond(rate), signIns, whole(environments), whole(fetches), whole(peakFetchesPerSecond)];
    }),
    note: 'Tokens are valid for a day. Auth0 publishes a key before it signs with it. A deployment in that time includes the new key, so no fetch is necessary.',
  };
}

function duration(seconds: number): string {
  if (seconds < 120) return `${whole(seconds)} s`;
  return seconds < 7_200 ? `${whole(seconds / 60)} min` : `${whole(seconds / 3_600)} h`;
}

function collectionTable(): ResultTable {
  return {
    title: 'Maximum number of todos of a user',
    columns: ['title', 'bytes of a todo in table and indexes', 'todos in 10 GB'],
    rows: [20, 100, 1_000].map((length) => [
      `${whole(length)} characters`,
      whole(todoBytes(length)),
      `${(mostTodos(length) / 1e6).toFixed(1)} million`,
    ]),
  };
}
