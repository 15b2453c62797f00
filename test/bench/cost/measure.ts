import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type RouteId, routes } from '../../../functions/routes.ts';
import { AUTHORIZER_ID, bundleFile, bundleFunctions } from '../../../infra/build/bundle.ts';
import { temporaryFolder } from '../../support/cloud-assembly.ts';
import { requestEvent, signInEvent } from '../coldstart/events.ts';
import { environmentOf } from '../environment.ts';
import { startStubDynamoDb } from '../stub-dynamodb.ts';
import type { Figures, FunctionName, Measurements } from './model.ts';
import type { Shape } from './traffic.ts';

const REQUESTS = 1_000;

const routeIds = {
  list: 'listTodos',
  get: 'getTodo',
  create: 'createTodo',
  update: 'updateTodo',
} as const satisfies Record<keyof Shape, RouteId>;

/** Measures the deployed bundles, each in its own thread, with a stub of DynamoDB that responds at once. */
export async function measureFunctions(): Promise<Measurements> {
  const folder = temporaryFolder();
  const stub = await startStubDynamoDb();
  try {
    bundleFunctions(folder.path);
    const environment = {
      // Each success is logged, so that the size of its line is known. The bill has the share that production logs.
      LOG_SUCCESS_PERCENT: '100',
      // Lambda sets it for each invocation, and the logger copies it into its lines.
      _X_AMZN_TRACE_ID: 'Root=1-6925f0a1-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=0',
      AWS_ENDPOINT_URL_DYNAMODB: stub.endpoint,
    };
    const measure = async (id: string, event: unknown): Promise<Figures> => {
      const worker = new Worker(new URL('worker.ts', import.meta.url), {
        workerData: { file: bundleFile(folder.path, id), event, requests: REQUESTS },
        env: { ...environmentOf(id), ...environment },
        execArgv: [],
      });
      const [figures] = (await once(worker, 'message')) as [Figures];
      await worker.terminate();
      return figures;
    };
    const measurements: Partial<Record<FunctionName, Figures>> = {
      authorizer: await measure(AUTHORIZER_ID, signInEvent()),
    };
    for (const [name, id] of Object.entries(routeIds) as [keyof Shape, RouteId][]) {
      const route = routes.find((each) => each.id === id);
      if (!route) throw new Error(`there is no route ${id}`);
      measurements[name] = await measure(id, requestEvent(route));
    }
    return measurements as Measurements;
  } finally {
    await stub.close();
    folder.remove();
  }
}
