import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ClassicLevel } from 'classic-level';
import { UserError } from '../user-error.ts';

/** A running DynamoDB engine. */
export interface DynamoDbEngine {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Any engine accepts these; a real one never sees them. */
export const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/**
 * Starts the embedded engine in a thread of its own, so that it does not compete with the gateway.
 * @param dataDir keeps its data there, through restarts and kill -9; in memory when undefined
 * @throws {UserError} when another process has the data open
 */
export async function startDynamoDb(dataDir?: string): Promise<DynamoDbEngine> {
  const path = dataDir === undefined ? undefined : join(dataDir, 'dynamodb');
  if (path !== undefined) await assertUnlocked(path);

  const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: { path } });
  const [port] = await once(worker, 'message');
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async close() {
      const exited = once(worker, 'exit');
      worker.postMessage('close');
      await exited;
    },
  };
}

/** The engine opens its store lazily and could only crash on a lock; opening it here first tells who has it. */
async function assertUnlocked(path: string): Promise<void> {
  mkdirSync(path, { recursive: true });
  const store = new ClassicLevel(path);
  try {
    await store.open();
  } catch (error) {
    const code = error instanceof Error && (error.cause as { code?: unknown } | undefined)?.code;
    if (code !== 'LEVEL_LOCKED') throw error;
    throw new UserError(
      `The data in ${path} are in use by another process: stop it, or set DATA_DIR to another folder.`,
    );
  } finally {
    await store.close();
  }
}
