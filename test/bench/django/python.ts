import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const folder = import.meta.dirname;
/** Inside node_modules, so that git ignores it and a new installation removes it. */
const environment = join(folder, '../../../node_modules/.cache/bench-django');
const requirements = join(folder, 'requirements.txt');

/** Finds the name of the interpreter on this machine, or undefined. The pinned Django needs Python 3.10 or later. */
export async function findPython(): Promise<string | undefined> {
  for (const name of ['python3', 'python']) {
    try {
      await run(name, ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))']);
      return name;
    } catch {
      // The interpreter is missing, too old, or without the module that creates environments.
    }
  }
  return undefined;
}

/**
 * Creates a virtual environment with the pinned packages, unless an earlier run created it.
 * @returns a function that gives the path of a program in the environment
 */
export async function installService(python: string): Promise<(program: string) => string> {
  const stamp = join(environment, 'requirements.txt');
  const wanted = readFileSync(requirements, 'utf8');
  const programPath = (program: string) => join(environment, 'bin', program);
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    await run(python, ['-m', 'venv', '--clear', environment]);
    await run(programPath('pip'), ['install', '--quiet', '--requirement', requirements]);
    writeFileSync(stamp, wanted);
  }
  return programPath;
}

/** Creates the tables of the service. The service needs no migrations, because each run has a new database. */
export async function createTables(
  programPath: (program: string) => string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  await run(programPath('python'), ['-m', 'django', 'migrate', '--run-syncdb', '--verbosity', '0'], {
    cwd: folder,
    env: { ...process.env, ...settings },
  });
}
