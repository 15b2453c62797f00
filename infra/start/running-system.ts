import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the parts of a running system are, for other commands on this machine. */
export interface RunningSystem {
  readonly apiUrl: string;
  readonly dynamoDbEndpoint: string;
  readonly region: string;
  readonly tableName: string;
  readonly auth0Domain: string;
}

/** The file in the data folder that tells other commands of the running system. */
export const runningSystemFile = 'running.json';

/**
 * Tells other commands on this machine that the system runs.
 * @returns a function that takes it back
 */
export function announce(dataDir: string, system: RunningSystem): () => void {
  const file = join(dataDir, runningSystemFile);
  writeFileSync(file, JSON.stringify(system));
  return () => rmSync(file, { force: true });
}
