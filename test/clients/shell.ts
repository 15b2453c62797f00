import { exec } from 'node:child_process';
import { promisify } from 'node:util';
import type { Tools } from './tools.ts';

const run = promisify(exec);

/** The output of a compiler can be long. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Runs a command line, and gives its output. */
export type Shell = (command: string, environment?: Readonly<Record<string, string>>) => Promise<string>;

/**
 * Installs tools, and gives a shell that finds them.
 * @param cwd the working directory of the commands
 */
export function openShell(tools: readonly Tools[], cwd: string): Shell {
  const installed = Object.assign({}, ...tools.map((each) => each.install()));
  return async (command, environment = {}) => {
    const env = { ...process.env, ...installed, ...environment };
    const { stdout } = await run(command, { cwd, env, maxBuffer: MAX_OUTPUT_BYTES }).catch((error) => {
      throw new Error(`${command} ended with ${error.code}:\n${error.stdout}${error.stderr}`);
    });
    return stdout;
  };
}
