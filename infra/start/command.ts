import { ConfigError } from '../../functions/config.ts';
import { UserError } from '../local/user-error.ts';
import { explainFileError } from './file-error.ts';

/** The life of a command, and what it closes at its end. */
export interface Lifetime {
  /** Registers what to close at the end. The last one registered is closed first. */
  onStop(close: () => Promise<void> | void): void;
  /** Closes everything and ends the process. */
  stop(exitCode?: number): Promise<void>;
}

/** A closed terminal sends SIGHUP, Ctrl-C sends SIGINT, `kill` sends SIGTERM. */
const STOP_SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;

const PARENT_CHECK_MS = 250;

/**
 * Runs a command until a signal, until npm ends, or until the command stops itself. An error that its user can fix
 * is one sentence. Any other error shows its stack.
 * @param stopTimeoutMs the longest time that an orderly stop may take; after it the process ends anyway
 */
export async function runCommand(
  command: (lifetime: Lifetime) => Promise<void>,
  stopTimeoutMs: number,
): Promise<void> {
  const closers: (() => Promise<void> | void)[] = [];
  let stopped: Promise<void> | undefined;
  const stop = async (exitCode: number) => {
    process.exitCode = exitCode;
    setTimeout(() => process.exit(), stopTimeoutMs);
    // One after the other: a service may still use the ones that were started before it.
    for (const close of closers.reverse()) await (async () => close())().catch(() => {});
    process.exit();
  };
  const lifetime: Lifetime = {
    onStop: (close) => closers.push(close),
    stop: (exitCode = 0) => {
      stopped ??= stop(exitCode);
      return stopped;
    },
  };
  for (const signal of STOP_SIGNALS) process.once(signal, () => lifetime.stop());
  stopWithNpm(lifetime);
  const fail = async (error: unknown) => {
    // A service that is closed may make the rest of the command fail.
    if (stopped) return stopped;
    process.stderr.write(`${describeError(error)}\n`);
    await lifetime.stop(1);
  };
  process.once('uncaughtException', fail);
  await command(lifetime).catch(fail);
}

/**
 * `kill` of npm ends npm and its shell, but the shell passes no signal on. So a command that npm started ends when its
 * parent process is gone. A command that was started without npm may outlive its parent.
 */
function stopWithNpm(lifetime: Lifetime): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    void lifetime.stop();
  }, PARENT_CHECK_MS);
  timer.unref();
}

/** Runs a script that ends by itself. It prints an error as `runCommand` does, and ends with exit code 1. */
export async function runScript(script: () => Promise<void>): Promise<void> {
  try {
    await script();
  } catch (error) {
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = 1;
  }
}

/** The text for the terminal: a sentence for an error that its user can fix, the stack for any other. */
export function describeError(error: unknown): string {
  if (error instanceof UserError || error instanceof ConfigError) return error.message;
  const sentence = explainFileError(error instanceof Error ? error.message : String(error));
  if (sentence !== undefined) return sentence;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
