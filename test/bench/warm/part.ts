import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { routes } from '../../../functions/routes.ts';
import { AUTHORIZER_ID, bundleFile, bundleFunctions } from '../../../infra/build/bundle.ts';
import { temporaryFolder } from '../../support/cloud-assembly.ts';
import { requestEvent, signInEvent } from '../coldstart/events.ts';
import { environmentOf } from '../environment.ts';
import type { Claim, Part, ResultTable } from '../part.ts';
import { interleave, median, ratio } from '../statistics.ts';
import { startStubDynamoDb } from '../stub-dynamodb.ts';

const ROUNDS = 5;
const REQUESTS = 500;
/** The most CPU time of a request, as a share of that of its bare calls with the default client. */
const GOAL = 1.25;
const BARE = 'bare-call';
const probe = join(import.meta.dirname, 'probe.mjs');
const run = promisify(execFile);

/** The DynamoDB calls of each function. `deleteMe` is missing, because it cannot run twice with the same result. */
const operations = {
  getTodo: 'GetItem',
  listTodos: 'Query',
  createTodo: 'PutItem',
  clearTodos: 'Query and BatchWriteItem',
  replaceTodo: 'UpdateItem',
  updateTodo: 'UpdateItem',
  deleteTodo: 'DeleteItem',
  getMe: 'GetItem',
  getExport: 'GetItem, Query and BatchGetItem',
  [AUTHORIZER_ID]: 'GetItem',
} as const;

/** The clients that send the bare calls: the default client of the SDK, and the client of the functions. */
const clients = ['sdk', 'ours'] as const;

const bareName = (operation: string, client: (typeof clients)[number]) => `bare ${operation} ${client}`;

/** Measures the CPU time of a request in a warm execution environment, compared with its bare DynamoDB calls. */
export const warm: Part = {
  name: 'warm',
  section: 'Warm path',
  async run() {
    const folder = temporaryFolder();
    const stub = await startStubDynamoDb();
    try {
      bundleFunctions(folder.path);
      bundleFunctions(folder.path, { [BARE]: join(import.meta.dirname, 'bare-call.ts') });
      const sample = async (id: string, event: unknown, environment: NodeJS.ProcessEnv = {}) => {
        const eventFile = join(folder.path, `${id}.json`);
        writeFileSync(eventFile, JSON.stringify(event));
        const { stdout } = await run(
          process.execPath,
          [probe, bundleFile(folder.path, id), eventFile, String(REQUESTS)],
          {
            env: {
              ...environmentOf(id === BARE ? 'getTodo' : id),
              AWS_ENDPOINT_URL_DYNAMODB: stub.endpoint,
              ...environment,
            },
            maxBuffer: Number.POSITIVE_INFINITY,
          },
        );
        return Number(stdout.trim().split('\n').at(-1));
      };
      const functions = Object.keys(operations).map((id) => {
        const route = routes.find((each) => each.id === id);
        return [id, () => sample(id, route ? requestEvent(route) : signInEvent())] as const;
      });
      const bare = [...new Set(Object.values(operations))].flatMap((OPERATION) =>
        clients.map(
          (CLIENT) => [bareName(OPERATION, CLIENT), () => sample(BARE, {}, { OPERATION, CLIENT })] as const,
        ),
      );
      const samples = await interleave(Object.fromEntries([...functions, ...bare]), ROUNDS);
      return { tables: [toTable(samples)], claims: [toClaim(samples)] };
    } finally {
      await stub.close();
      folder.remove();
    }
  },
};

function toTable(samples: Readonly<Record<string, readonly number[]>>): ResultTable {
  const medianOf = (name: string) => median(samples[name] ?? []);
  return {
    title: 'CPU time of a request in a warm function',
    columns: [
      '',
      'calls',
      'ms',
      'bare calls, default client, ms',
      '×',
      'bare calls, client of the functions, ms',
      '×',
    ],
    rows: Object.entries(operations).map(([id, operation]) => [
      id,
      operation,
      medianOf(id).toFixed(3),
      ...clients.flatMap((client) => {
        const bare = medianOf(bareName(operation, client));
        return [bare.toFixed(3), ratio(medianOf(id), bare)];
      }),
    ]),
    note: `Medians of ${ROUNDS} processes. Each sends ${REQUESTS} requests to warm up and ${REQUESTS} measured requests, over keep-alive connections to a stub of DynamoDB. The stub responds to a Query with ten todos. The bare calls come from the same kind of bundle: once with the default client of the SDK, once with the client of the functions. The authorizer also verifies an RS256 signature. On a hit of the gateway's cache it does not run.`,
  };
}

function toClaim(samples: Readonly<Record<string, readonly number[]>>): Claim {
  const ratios = Object.entries(operations).map(
    ([id, operation]) => median(samples[id] ?? []) / median(samples[bareName(operation, 'sdk')] ?? []),
  );
  return {
    figure: `${Math.min(...ratios).toFixed(2)} to ${ratio(Math.max(...ratios), 1)}`,
    text: `the CPU time of a warm request, against its bare calls with the SDK's default client. The goal is ${ratio(GOAL, 1)}`,
  };
}
