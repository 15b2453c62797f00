import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect } from 'vitest';
import { listen } from './listen.ts';
import { startArguments } from './start-arguments.ts';

export const projectDir = join(import.meta.dirname, '../..');

export interface LocalProcess {
  /** Everything that was printed until now, with the errors. */
  output(): string;
  /** Waits until the process prints the text. Fails when the process ends first. */
  until(text: string): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Waits for the end of the process, and gives the exit code, or null after a signal. */
  exit(): Promise<number | null>;
}

export interface LocalProcessOptions {
  readonly args?: readonly string[];
  /** The folder of a copy of the project. */
  readonly cwd?: string;
  /** Runs `npm start` itself. Signals then go to npm. */
  readonly withNpm?: boolean;
}

/** Runs the command of `npm start` in a new process. */
export function startLocalProcess(
  environment: Readonly<Record<string, string>>,
  { args = [], cwd = projectDir, withNpm = false }: LocalProcessOptions = {},
): LocalProcess {
  const {
    AUTH0_DOMAIN,
    AUTH0_CUSTOM_DOMAINS,
    AUTH0_API_AUDIENCE,
    DYNAMODB_ENDPOINT,
    ISSUER_CALLBACKS,
    ...inherited
  } = process.env;
  const [file, ...given] = withNpm
    ? ['npm', 'start', '--', ...args]
    : [process.execPath, ...startArguments, ...args];
  const child: ChildProcess = spawn(file, given, {
    cwd,
    env: { ...inherited, PORT: '0', ISSUER_PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    output: () => output,
    async until(text) {
      await expect
        .poll(
          () => {
            if (child.exitCode !== null && !output.includes(text))
              throw new Error(`The process ended: ${output}`);
            return output;
          },
          { timeout: 100_000, interval: 50 },
        )
        .toContain(text);
    },
    signal: (name) => child.kill(name),
    exit: () => ended,
  };
}

/** Reads an address from the banner, such as that of `API` or `Issuer`. */
export function addressOf(name: string, output: string): string {
  return new RegExp(`^ {2}${name} +(http\\S+?)(?:/todo)?/$`, 'm').exec(output)?.[1] ?? '';
}

/** Gives a port that is free at the time of the call. */
export async function freePort(): Promise<string> {
  const { port, close } = await listen(createServer());
  await close();
  return String(port);
}
