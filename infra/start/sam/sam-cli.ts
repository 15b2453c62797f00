import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../../../functions/config.ts';
import { localCredentials } from '../../local/dynamodb/engine.ts';
import { UserError } from '../../local/user-error.ts';

/** On Windows the command has an extension. */
const COMMANDS = process.platform === 'win32' ? ['sam.cmd', 'sam.exe'] : ['sam'];

const POLL_INTERVAL_MS = 100;

/** @throws {UserError} when the command `sam` is not in the PATH */
export function assertSam({ PATH = '' }: Environment): void {
  const files = PATH.split(delimiter).flatMap((folder) => COMMANDS.map((name) => join(folder, name)));
  if (files.some(isExecutable)) return;
  throw new UserError(
    'The command sam is missing: install the AWS SAM CLI, for example with "pipx install aws-sam-cli".',
  );
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface SamProcess {
  /** The exit code. */
  readonly exited: Promise<number>;
  /** Interrupts SAM, and waits until it has removed its containers. */
  stop(): Promise<void>;
}

/** Runs `sam local` with the output of this process. */
export function startSam(args: readonly string[], region: string): SamProcess {
  const child = spawn('sam', ['local', ...args, '--region', region], {
    stdio: ['ignore', 'inherit', 'inherit'],
    // A process group of its own. SIGHUP of a closed terminal ends SAM at once, and its containers would go on. A
    // second SIGINT interrupts the removal of the containers.
    detached: true,
    env: {
      ...process.env,
      // SAM gives the caller's credentials to the containers. These are for the local engine only.
      AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
      AWS_SESSION_TOKEN: '',
      SAM_CLI_TELEMETRY: '0',
    },
  });
  const exited = once(child, 'exit').then(([exitCode]) => (exitCode as number | null) ?? 1);
  return {
    exited,
    async stop() {
      child.kill('SIGINT');
      await exited;
    },
  };
}

/** Waits until a port of 127.0.0.1 accepts connections. */
export async function untilListening(port: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect', { signal });
      return;
    } catch {
      await sleep(POLL_INTERVAL_MS);
    } finally {
      socket.destroy();
    }
  }
}
