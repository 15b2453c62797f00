import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectDir } from '../support/local-process.ts';

const canMakeEnvironments = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';

/** The command of a Python that can create virtual environments, 3.10 or later. It is undefined when there is none. */
export function findPython(): string | undefined {
  return ['python3', 'python'].find(
    (command) => spawnSync(command, ['-c', canMakeEnvironments], { stdio: 'ignore' }).status === 0,
  );
}

/**
 * Installs the given packages into a new virtual environment in node_modules. The environment is reused until the
 * requirements change. Only wheels are installed, so no code of a package runs at the installation.
 * @param requirements a requirements.txt with all packages, also those that other packages need
 * @returns the command of the environment's Python
 */
export function installPackages(python: string, requirements: string): string {
  const version = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16);
  const environment = join(projectDir, 'node_modules/.cache/python', version);
  const interpreter = process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python';
  if (!existsSync(environment)) {
    // The folder has another name until it is complete, so that an interrupted installation is not reused.
    const unfinished = `${environment}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    const run = (command: string, args: string[]) => execFileSync(command, args, { stdio: 'pipe' });
    run(python, ['-m', 'venv', unfinished]);
    run(join(unfinished, interpreter), [
      ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'],
      ...['--only-binary', ':all:', '--no-deps', '--requirement', requirements],
    ]);
    renameSync(unfinished, environment);
  }
  return join(environment, interpreter);
}
