import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { freePort } from '../support/local-process.ts';
import { waitUntilUp } from '../support/wait-until-up.ts';
import { installPackages } from './python.ts';

export interface Ministack {
  readonly endpoint: string;
  /** What ministack printed until now. */
  log(): string;
  /** Ends ministack, and the functions that it runs. */
  close(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;

/** The environment of this process without its settings for AWS. Its PATH starts with the folder of this Node.js. */
export function neutralEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|AUTH0|CDK|DOCKER)_/.test(name));
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter);
  return { ...Object.fromEntries(inherited), PATH: path };
}

/**
 * Starts ministack, an emulator of AWS, on a free loopback port. It runs functions as processes of the Node.js that
 * is first in its path, and keeps everything in memory and in the given folder.
 */
export async function startMinistack(python: string, folder: string): Promise<Ministack> {
  const interpreter = installPackages(python, join(import.meta.dirname, 'requirements.txt'));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const logFile = join(folder, 'ministack.log');
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  const output = openSync(logFile, 'w');
  const child = spawn(interpreter, [join(import.meta.dirname, 'run-ministack.py')], {
    cwd: folder,
    // The process gets its own group, so that a signal also ends its functions.
    detached: true,
    stdio: ['ignore', output, output],
    env: {
      ...neutralEnvironment(),
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      GATEWAY_PORT: port,
      TMPDIR: temporary,
    },
  });
  const exited = once(child, 'exit');
  const log = () => readFileSync(logFile, 'utf8');

  try {
    await waitUntilUp(`${endpoint}/_ministack/health`, child, START_TIMEOUT_MS);
  } catch (cause) {
    throw new Error(`ministack did not start:\n${log()}`, { cause });
  }
  return {
    endpoint,
    log,
    async close() {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
      await exited;
    },
  };
}
