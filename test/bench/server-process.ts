import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';

/** A server that is measured, in its own processes. */
export interface ServerProcess {
  readonly pid: number;
  /** The address that the server prints: the first group of the pattern `ready`. */
  readonly address: string;
  stop(): Promise<void>;
}

/** All measured servers run on these two processors, on a larger machine too. */
const PROCESSORS = '0,1';
const pin = existsSync('/usr/bin/taskset') ? ['taskset', '-c', PROCESSORS] : [];

/**
 * Starts a server and waits until it prints where it listens.
 * @param ready matches the output that has the address; its first group is the address
 * @throws Error with the whole output when the server ends before
 */
export async function startServer(
  command: readonly string[],
  options: {
    readonly cwd: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly ready: RegExp;
  },
): Promise<ServerProcess> {
  const [program = '', ...args] = [...pin, ...command];
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const address = await waitFor(child, options.ready);
  return {
    pid: child.pid as number,
    address,
    async stop() {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function waitFor(child: ChildProcess, ready: RegExp): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let output = '';
  let isReady = false;
  for (const stream of [child.stdout, child.stderr]) {
    // Reads all output: the server would block on a full pipe.
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      if (isReady) return;
      output += chunk;
      const match = ready.exec(output);
      isReady = match !== null;
      if (match) resolve(match[1] ?? '');
    });
  }
  child.once('error', reject);
  child.once('exit', (code) => reject(new Error(`${child.spawnfile} ended with ${code}:\n${output}`)));
  return promise;
}
