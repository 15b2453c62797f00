import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import {
  type DynamoDbEngine,
  localCredentials,
  startDynamoDb,
} from '../../../infra/local/dynamodb/engine.ts';
import { createTables } from '../../../infra/local/dynamodb/tables.ts';
import { UserError } from '../../../infra/local/user-error.ts';
import { formatSeconds } from '../../../infra/start/progress.ts';
import { temporaryFolder } from '../../support/cloud-assembly.ts';
import { hasDynoxide, startDynoxide } from '../../support/dynoxide.ts';
import { tableSpec } from '../../support/engines.ts';
import type { Chart, Claim, Part, ResultTable } from '../part.ts';
import { interleave, median, ratio } from '../statistics.ts';
import { load, type Population } from './data.ts';
import { createOperations, type Measured, type Operations } from './operations.ts';

const ROUNDS = 300;
const REGION = 'eu-central-1';
const DEFAULT_LARGEST = 100_000;
const GIGABYTE = 1024 ** 3;

/**
 * The tables that the part measures. The first is the baseline of the ratios.
 * @param largest the most todos of the measured user, and the most users
 */
function populationsUpTo(largest: number): readonly Population[] {
  return [
    { todos: 10, users: 1 },
    { todos: 1_000, users: 1 },
    { todos: largest, users: 1 },
    { todos: 10, users: 1_000 },
    { todos: 10, users: largest },
  ];
}

/**
 * Reads GROWTH, the size of the largest tables.
 * @throws {UserError} when it is no whole number above 1,000
 */
export function readLargest(setting: string | undefined): number {
  const largest = Number(setting || DEFAULT_LARGEST);
  if (!Number.isSafeInteger(largest) || largest <= 1_000) {
    throw new UserError(`GROWTH must be a whole number above 1000, not ${JSON.stringify(setting)}.`);
  }
  return largest;
}

/** Measures the operations of the store on tables of very different sizes, on each engine. */
export const growth: Part = {
  name: 'growth',
  section: 'Growth',
  async run() {
    const populations = populationsUpTo(readLargest(process.env.GROWTH));
    const folder = temporaryFolder();
    try {
      const embedded = await measure(
        'the embedded engine',
        (i) => startDynamoDb(join(folder.path, String(i))),
        populations,
        () => `The data took ${gigabytes(bytesOf(folder.path))} GB of disk.`,
      );
      const inMemory = () => 'Its data are in memory.';
      const all = hasDynoxide
        ? [embedded, await measure('dynoxide', startDynoxide, populations, inMemory)]
        : [embedded];
      return {
        tables: all.map((measured) => toTable(measured, populations)),
        charts: [toChart(embedded, populations)],
        claims: all.map((measured) => toClaim(measured, populations)),
      };
    } finally {
      folder.remove();
    }
  },
};

interface MeasuredEngine {
  readonly engineName: string;
  /** By the name of the operation and the place of the population, such as `get 0`. */
  readonly samples: Readonly<Record<string, readonly Measured[]>>;
  readonly note: string;
}

/** Each population has its own engine, so that no population makes the data of another one larger. */
async function measure(
  engineName: string,
  startEngine: (i: number) => Promise<DynamoDbEngine>,
  populations: readonly Population[],
  describeData: () => string,
): Promise<MeasuredEngine> {
  const engines: DynamoDbEngine[] = [];
  const clients: DynamoDBDocumentClient[] = [];
  const variants: Record<string, () => Promise<Measured>> = {};
  let loadingMs = 0;
  try {
    for (const [i, population] of populations.entries()) {
      const engine = await startEngine(i);
      engines.push(engine);
      const client = createClient(engine.endpoint);
      clients.push(client);
      await createTables(engine.endpoint, REGION, [tableSpec]);
      const startedAt = performance.now();
      await load(engine.endpoint, tableSpec.name, population);
      loadingMs += performance.now() - startedAt;
      const operations: Operations = await createOperations(client, tableSpec.name);
      for (const [name, operation] of Object.entries(operations)) variants[`${name} ${i}`] = operation;
    }
    const note = `All tables were loaded in ${formatSeconds(loadingMs / 1_000)}. ${describeData()}`;
    await interleave(variants, ROUNDS / 5);
    return { engineName, samples: await interleave(variants, ROUNDS), note };
  } finally {
    for (const client of clients) client.destroy();
    await Promise.all(engines.map((engine) => engine.close()));
  }
}

function createClient(endpoint: string): DynamoDBDocumentClient {
  const client = new DynamoDBClient({ endpoint, region: REGION, credentials: localCredentials });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/** Returns the size of all files in a folder. */
function bytesOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

const gigabytes = (bytes: number) => (bytes / GIGABYTE).toFixed(1);

const operationsOf = ({ samples }: MeasuredEngine) => [
  ...new Set(Object.keys(samples).map((key) => key.slice(0, key.lastIndexOf(' ')))),
];

const latencyOf = ({ samples }: MeasuredEngine, operation: string, population: number) =>
  median((samples[`${operation} ${population}`] ?? []).map(({ latency }) => latency));

function toTable(measured: MeasuredEngine, populations: readonly Population[]): ResultTable {
  const cell = (operation: string, i: number) => {
    const units = median((measured.samples[`${operation} ${i}`] ?? []).map((each) => each.units));
    const baseline = latencyOf(measured, operation, 0);
    const time = i === 0 ? `${baseline.toFixed(2)} ms` : ratio(latencyOf(measured, operation, i), baseline);
    return `${time}, ${units}`;
  };
  return {
    title: `Growth on ${measured.engineName}: median latency, capacity units`,
    columns: ['', ...populations.map(describe)],
    rows: operationsOf(measured).map((name) => [name, ...populations.map((_, i) => cell(name, i))]),
    note: `Medians of ${ROUNDS} calls of the store for each cell, in turns. Each page shows five todos. ${measured.note}`,
  };
}

/** Returns the lowest and the highest latency of an operation on the larger tables, as ratios to the smallest table. */
function extremes(measured: MeasuredEngine, populations: readonly Population[]): string {
  const ratios = operationsOf(measured).flatMap((operation) =>
    populations
      .slice(1)
      .map((_, i) => latencyOf(measured, operation, i + 1) / latencyOf(measured, operation, 0)),
  );
  return `${Math.min(...ratios).toFixed(2)} to ${ratio(Math.max(...ratios), 1)}`;
}

const describeLargest = (populations: readonly Population[]) => {
  const largest = Math.max(...populations.map(({ todos }) => todos)).toLocaleString('en');
  return `${largest} todos of a user, or ${largest} users`;
};

function toClaim(measured: MeasuredEngine, populations: readonly Population[]): Claim {
  return {
    figure: extremes(measured, populations),
    text: `the latency of each operation with up to ${describeLargest(populations)}, against ten todos, on ${measured.engineName}`,
  };
}

function toChart(measured: MeasuredEngine, populations: readonly Population[]): Chart {
  return {
    name: 'growth',
    title: `Latency by the size of the table, on ${measured.engineName}`,
    kind: 'bars',
    unit: `× the median latency with ${describe(populations[0] as Population)}`,
    labels: operationsOf(measured),
    series: populations.slice(1).map((population, i) => ({
      name: describe(population),
      values: operationsOf(measured).map(
        (operation) => latencyOf(measured, operation, i + 1) / latencyOf(measured, operation, 0),
      ),
    })),
    decimals: 2,
    finding: `With up to ${describeLargest(populations)}, the latency is ${extremes(measured, populations)} that with ten todos.`,
  };
}

function describe({ todos, users }: Population): string {
  const count = (n: number, what: string) => `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`;
  return `${count(todos, 'todo')} of ${count(users, 'user')}`;
}
