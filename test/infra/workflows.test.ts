import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPython, installPackages } from '../deploy/python.ts';
import { projectDir } from '../support/local-process.ts';

const ACTIONLINT = 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12';
const hasGo = spawnSync('go', ['version'], { stdio: 'ignore' }).status === 0;
const python = findPython();

function run(command: string, args: string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: projectDir,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return { status, stdout, stderr };
}

describe.runIf(hasGo)('actionlint (needs Go)', { tags: 'long' }, () => {
  it('finds nothing in the workflows', () => {
    // Without paths, it checks .github/workflows. Scripts are not checked, because shellcheck may not be there.
    const result = run('go', ['run', ACTIONLINT, '-no-color', '-shellcheck=', '-pyflakes=']);
    expect(result).toMatchObject({ status: 0, stdout: '' });
  });
});

describe.runIf(python)('zizmor (needs Python 3.10 or later)', { tags: 'long' }, () => {
  it('finds no way into the workflows', () => {
    const interpreter = installPackages(
      String(python),
      join(import.meta.dirname, 'workflows-requirements.txt'),
    );
    const program = join(interpreter, '..', process.platform === 'win32' ? 'zizmor.exe' : 'zizmor');
    expect(run(program, ['--offline', '--quiet', '--no-config', '.github/workflows'])).toMatchObject({
      status: 0,
    });
  });
});
