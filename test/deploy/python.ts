import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectDir } from '../support/local-process.ts';

const canMakeEnvironments = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';

/** The command of a Python 3.10 or later that can make virtual environments; undefined where there is none. */
export function findPython(): string | undefined {
  return ['python3', 'python'].find(
    (command) => spawnSync(command, ['-c', canMakeEnvironments], { stdio: 'ignore' }).status === 0,
  );
}

/**
 * Installs exactly the given packages, as wheels (so that nothing of theirs runs at install time), into a virtual
 * environment of their own. It is kept in node_modules until the requirements change.
 * @param requirements a requirements.txt that names every package, those that are required by others, too
 * @returns the command of the environment's Python
 */
export function installPackages(python: string, requirements: string): string {
  const version = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16);
  const environment = join(projectDir, 'node_modules/.cache/python', version);
  const interpreter = process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python';
  if (!existsSync(environment)) {
    // Under another name until it is complete, so that an interrupted installation is not taken for one.
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
