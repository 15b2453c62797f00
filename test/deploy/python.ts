import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { installOnce } from '../support/install-once.ts';

/**
 * The command of a Python 3 that can create virtual environments. It is undefined when there is none.
 * @param minor the lowest minor version
 */
export function findPython(minor = 10): string | undefined {
  const canMakeEnvironments = `import sys, venv, ensurepip; sys.exit(sys.version_info < (3, ${minor}))`;
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
  const interpreter = process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python';
  const environment = installOnce('python', [requirements], (folder) => {
    const run = (command: string, args: string[]) => execFileSync(command, args, { stdio: 'pipe' });
    run(python, ['-m', 'venv', folder]);
    run(join(folder, interpreter), [
      ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'],
      ...['--only-binary', ':all:', '--no-deps', '--requirement', requirements],
    ]);
  });
  return join(environment, interpreter);
}
