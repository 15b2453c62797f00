import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { explainStoreError, markClosed, openStore } from './store.ts';

/** A running DynamoDB engine. */
export interface DynamoDbEngine {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Local engines accept any credentials. DynamoDB on AWS never gets these. */
export const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/**
 * Starts the embedded engine in its own thread, so that it does not block the gateway.
 * @param dataDir the folder for the data, which survive a restart and a kill; undefined keeps them in memory
 * @throws {UserError} when another process has the data open, or when the data cannot be read or written. A later error
 *   of the data is an uncaught exception, because the engine has ended by then.
 */
export async function startDynamoDb(dataDir?: string): Promise<DynamoDbEngine> {
  const path = dataDir === undefined ? undefined : join(dataDir, 'dynamodb');
  if (path !== undefined) await openStore(path);

  const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: { path } });
  const exited = new Promise<number>((resolve) => worker.once('exit', resolve));
  const [port] = await once(worker, 'message');
  worker.on('error', (error) => {
    throw path === undefined ? error : explainStoreError(error, path);
  });
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async close() {
      worker.postMessage('close');
      const exitCode = await exited;
      if (path !== undefined && exitCode === 0) markClosed(path);
    },
  };
}
