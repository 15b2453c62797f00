import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import {
  type DynamoDbEngine,
  localCredentials,
  startDynamoDb,
} from '../../../infra/local/dynamodb/engine.ts';
import { createTables } from '../../../infra/local/dynamodb/tables.ts';
import { temporaryFolder } from '../../support/cloud-assembly.ts';
import { hasDynoxide, startDynoxide } from '../../support/dynoxide.ts';
import { tableSpec } from '../../support/engines.ts';
import type { Part, ResultTable } from '../part.ts';
import { interleave, median, ratio } from '../statistics.ts';
import { load, type Population } from './data.ts';
import { createOperations, type Measured, type Operations } from './operations.ts';

const ROUNDS = 300;
const REGION = 'eu-central-1';

/** The first population is the baseline of the ratios. */
const populations: readonly Population[] = [
  { todos: 10, users: 1 },
  { todos: 1_000, users: 1 },
  { todos: 100_000, users: 1 },
  { todos: 10, users: 1_000 },
  { todos: 10, users: 100_000 },
];

/** Measures the operations of the store on tables of very different sizes, on each engine. */
export const growth: Part = {
  name: 'growth',
  section: 'Growth',
  async run() {
    const folder = temporaryFolder();
    try {
      const embedded = await measure('the embedded engine', (i) =>
        startDynamoDb(join(folder.path, String(i))),
      );
      return { tables: [embedded, ...(hasDynoxide ? [await measure('dynoxide', startDynoxide)] : [])] };
    } finally {
      folder.remove();
    }
  },
};

/** Each population has its own engine, so that no population makes the data of another one larger. */
async function measure(
  engineName: string,
  startEngine: (i: number) => Promise<DynamoDbEngine>,
): Promise<ResultTable> {
  const engines: DynamoDbEngine[] = [];
  const clients: DynamoDBDocumentClient[] = [];
  const variants: Record<string, () => Promise<Measured>> = {};
  try {
    for (const [i, population] of populations.entries()) {
      const engine = await startEngine(i);
      engines.push(engine);
      const client = createClient(engine.endpoint);
      clients.push(client);
      await createTables(engine.endpoint, REGION, [tableSpec]);
      await load(client, tableSpec.name, population);
      const operations: Operations = await createOperations(client, tableSpec.name);
      for (const [name, operation] of Object.entries(operations)) variants[`${name} ${i}`] = operation;
    }
    await interleave(variants, ROUNDS / 5);
    return toTable(engineName, await interleave(variants, ROUNDS));
  } finally {
    for (const client of clients) client.destroy();
    await Promise.all(engines.map((engine) => engine.close()));
  }
}

function createClient(endpoint: string): DynamoDBDocumentClient {
  const client = new DynamoDBClient({ endpoint, region: REGION, credentials: localCredentials });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

function toTable(engineName: string, samples: Readonly<Record<string, readonly Measured[]>>): ResultTable {
  const names = [...new Set(Object.keys(samples).map((key) => key.slice(0, key.lastIndexOf(' '))))];
  const cell = (name: string, i: number) => {
    const measured = (population: number) => samples[`${name} ${population}`] ?? [];
    const latency = (population: number) => median(measured(population).map((each) => each.latency));
    const units = median(measured(i).map((each) => each.units));
    const time = i === 0 ? `${latency(0).toFixed(2)} ms` : ratio(latency(i), latency(0));
    return `${time}, ${units}`;
  };
  return {
    title: `Growth on ${engineName}: median latency, capacity units`,
    columns: ['', ...populations.map(describe)],
    rows: names.map((name) => [name, ...populations.map((_, i) => cell(name, i))]),
    note: `Medians of ${ROUNDS} calls of the store for each cell, in turns. Each page shows five todos.`,
  };
}

function describe({ todos, users }: Population): string {
  const count = (n: number, what: string) => `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`;
  return `${count(todos, 'todo')} of ${count(users, 'user')}`;
}
