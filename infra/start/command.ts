import { ConfigError } from '../../functions/config.ts';
import { KeyFileError } from '../local/issuer/issuer.ts';
import { UserError } from '../local/user-error.ts';

/** How long a command lives, and what ends with it. */
export interface Lifetime {
  /** Registers what to close at the end; what was started last is closed first. */
  onStop(close: () => Promise<void> | void): void;
  /** Closes everything and ends the process. */
  stop(exitCode?: number): Promise<void>;
}

/**
 * Runs a command that lives until Ctrl-C, or until it stops itself. An error that its user can mend is told in one
 * sentence, any other with its stack.
 * @param stopTimeoutMs how long an orderly stop may take before the process ends anyway
 */
export async function runCommand(
  command: (lifetime: Lifetime) => Promise<void>,
  stopTimeoutMs: number,
): Promise<void> {
  const closers: (() => Promise<void> | void)[] = [];
  const lifetime: Lifetime = {
    onStop: (close) => closers.push(close),
    async stop(exitCode) {
      const closed = Promise.allSettled(
        closers
          .splice(0)
          .reverse()
          .map((close) => close()),
      );
      setTimeout(() => process.exit(exitCode), stopTimeoutMs).unref();
      await closed;
      process.exit(exitCode);
    },
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => lifetime.stop());

  try {
    await command(lifetime);
  } catch (error) {
    const isMendable =
      [UserError, ConfigError, KeyFileError].some((type) => error instanceof type) ||
      // An option that the command does not have; parseArgs says which one.
      String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
    process.stderr.write(`${isMendable ? (error as Error).message : (error as Error).stack}\n`);
    await lifetime.stop(1);
  }
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
