import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DynamoDbEngine } from '../../infra/local/dynamodb/engine.ts';
import { freePort, projectDir } from './local-process.ts';
import { waitUntilUp } from './wait-until-up.ts';

const binary = join(projectDir, 'node_modules/@dynoxide/linux-x64/dynoxide');

/** Whether the binary is installed. The package is an optional dependency, and has a binary for one platform. */
export const hasDynoxide = existsSync(binary);

/** Starts the second engine, in memory. Unlike the embedded engine, it sends the item when a condition fails. */
export async function startDynoxide(): Promise<DynamoDbEngine> {
  const port = await freePort();
  const child = spawn(binary, ['serve', '--port', port], { stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  await waitUntilUp(endpoint, child, 60_000);
  return {
    endpoint,
    async close() {
      child.kill();
      await once(child, 'exit');
    },
  };
}
