import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { routes } from '../../../functions/routes.ts';
import { AUTHORIZER_ID, bundleFile, bundleFunctions, bundleOptions } from '../../../infra/build/bundle.ts';
import { temporaryFolder } from '../../support/cloud-assembly.ts';
import { functionEnvironment, requestEvent, signInEvent } from '../coldstart/events.ts';
import type { Part, ResultTable } from '../part.ts';
import { interleave, median, ratio } from '../statistics.ts';
import { startStubDynamoDb } from '../stub-dynamodb.ts';

const ROUNDS = 5;
const REQUESTS = 500;
const BARE = 'bare-call';
const probe = join(import.meta.dirname, 'probe.mjs');
const run = promisify(execFile);

/** What each function asks of DynamoDB in steady state. `deleteMe` is left out: it has no steady state. */
const operations = {
  getTodo: 'GetItem',
  listTodos: 'Query',
  createTodo: 'PutItem',
  clearTodos: 'Query and a DeleteItem for each',
  replaceTodo: 'UpdateItem',
  updateTodo: 'UpdateItem',
  deleteTodo: 'DeleteItem',
  getMe: 'GetItem',
  getExport: 'GetItem and Query',
  [AUTHORIZER_ID]: 'GetItem',
} as const;

/** Who sends the bare calls: the SDK's client as it comes, and that of the functions, which is leaner. */
const clients = ['sdk', 'ours'] as const;

const bareName = (operation: string, client: (typeof clients)[number]) => `bare ${operation} ${client}`;

/** What a function takes around its DynamoDB call, in an environment that has been busy for a while. */
export const warm: Part = {
  name: 'warm',
  async run() {
    const folder = temporaryFolder();
    const stub = await startStubDynamoDb();
    try {
      bundleFunctions(folder.path);
      buildSync(bundleOptions({ [BARE]: join(import.meta.dirname, 'bare-call.ts') }, folder.path));
      const sample = async (id: string, event: unknown, environment: NodeJS.ProcessEnv = {}) => {
        const eventFile = join(folder.path, `${id}.json`);
        writeFileSync(eventFile, JSON.stringify(event));
        const { stdout } = await run(
          process.execPath,
          [probe, bundleFile(folder.path, id), eventFile, String(REQUESTS)],
          {
            env: { ...functionEnvironment, AWS_ENDPOINT_URL_DYNAMODB: stub.endpoint, ...environment },
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
      return [toTable(await interleave(Object.fromEntries([...functions, ...bare]), ROUNDS))];
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
    columns: ['', 'its calls', 'ms', 'the bare calls, ms', '×', 'by the functions’ client, ms', '×'],
    rows: Object.entries(operations).map(([id, operation]) => [
      id,
      operation,
      medianOf(id).toFixed(3),
      ...clients.flatMap((client) => {
        const bare = medianOf(bareName(operation, client));
        return [bare.toFixed(3), ratio(medianOf(id), bare)];
      }),
    ]),
    note: `Medians of ${ROUNDS} processes, ${REQUESTS} requests each after as many to warm up, over kept connections to a stub of DynamoDB. The stub shows ten todos to a Query. The bare calls are sent from the same kind of bundle, by the SDK’s client as it comes and by the client of the functions. The authorizer also verifies an RS256 signature; on a hit of the gateway's cache it does not run at all.`,
  };
}
