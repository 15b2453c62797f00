import { execFile } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { temporaryFolder } from '../support/cloud-assembly.ts';
import { projectDir } from '../support/local-process.ts';
import { applyChange, changesOf } from './guide.ts';

const run = promisify(execFile);
const example = join(import.meta.dirname, 'project');
const guide = readFileSync(join(projectDir, 'functions/README.md'), 'utf8');
const changes = changesOf(guide);
const newFiles = readdirSync(example, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);

const folder = temporaryFolder();
const copy = folder.path;
afterAll(() => folder.remove());

/** A copy of the project as a clone would have it, with the packages that are installed here. */
beforeAll(async () => {
  const { stdout } = await run('git', ['ls-files', '-z'], { cwd: projectDir });
  for (const file of stdout.split('\0').filter((name) => name && existsSync(join(projectDir, name)))) {
    cpSync(join(projectDir, file), join(copy, file));
  }
  for (const place of ['.', ...manifest.workspaces]) {
    const packages = join(projectDir, place, 'node_modules');
    if (existsSync(packages)) symlinkSync(packages, join(copy, place, 'node_modules'));
  }
});

/** Runs a tool of the project in the copy, and gives what it prints. */
async function runTool(name: string, ...parameters: string[]): Promise<{ isOk: boolean; output: string }> {
  const { VITEST: _, VITEST_POOL_ID, VITEST_WORKER_ID, SHARED_ASSEMBLY, ...environment } = process.env;
  const env = {
    ...environment,
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    MODEL_SECONDS: '0',
    BAD_INPUT_RUNS: '5',
    NO_COLOR: '1',
  };
  return run(join(copy, 'node_modules/.bin', name), parameters, {
    cwd: copy,
    env,
    maxBuffer: 100_000_000,
  }).then(
    ({ stdout, stderr }) => ({ isOk: true, output: stdout + stderr }),
    ({ stdout, stderr }) => ({ isOk: false, output: stdout + stderr }),
  );
}

async function expectSuccess(name: string, ...parameters: string[]): Promise<string> {
  const { isOk, output } = await runTool(name, ...parameters);
  expect(isOk, output).toBe(true);
  return output;
}

/** A project that followed the guide has these changes, so they cannot be made again. */
const isFollowed = existsSync(join(projectDir, 'functions/notes'));

describe.skipIf(isFollowed)('the guide to a second resource', { tags: 'long' }, () => {
  it('needs at most 7 new files with 220 lines, and changes 4 files', () => {
    const lines = newFiles.flatMap((file) => readFileSync(join(example, file), 'utf8').trimEnd().split('\n'));
    expect(newFiles.length).toBeLessThanOrEqual(7);
    expect(lines.length).toBeLessThanOrEqual(220);
    expect([...new Set(changes.map(({ file }) => file))].sort()).toEqual([
      'functions/export/exporters.ts',
      'functions/product.ts',
      'functions/routes.ts',
      'functions/table.ts',
    ]);
  });

  it('names what is forgotten: without any of its changes the project does not compile', async () => {
    cpSync(example, copy, { recursive: true });
    const { isOk, output } = await runTool('tsc');
    expect(isOk).toBe(false);
    expect(output).toContain('functions/notes/note.ts');
  });

  it('names the exporter when only that is forgotten', async () => {
    for (const change of changes.filter(({ file }) => !file.includes('exporters'))) applyChange(copy, change);
    const { isOk, output } = await runTool('tsc');
    expect(isOk).toBe(false);
    expect(output).toContain('functions/export/exporters.ts');
  });

  it('compiles when it was followed to the end', async () => {
    for (const change of changes.filter(({ file }) => file.includes('exporters'))) applyChange(copy, change);
    await expectSuccess('tsc');
  });

  it('is deployed: the end-to-end tests, isolation, export, deletion and the grants pass', async () => {
    const config = ['run', '--config', 'test/vitest.config.ts', '--tags-filter=!long'];
    const output = await expectSuccess(
      'vitest',
      ...config,
      '--project',
      'e2e',
      '--project',
      'grants',
      '--reporter',
      'verbose',
    );
    expect(output).toContain('notes > are created, listed in pages, read and deleted');
    expect(output).toContain('two users of /notes > never see or change each other’s items: deleteNote');
    expect(output).toContain('two users of /notes > export all of their own items, and no others');
    expect(output).toContain('two users of /notes > who delete their account > lose their items');
    expect(output).toContain('show every grant that is missing or superfluous');
  });

  it('needs no change of the tests of bad input, of the API description, and of what names functions', async () => {
    const files = [
      'test/integration/bad-input',
      'test/infra/openapi/document',
      'test/infra/bench-environment',
      'test/infra/documents',
      'test/infra/releases',
      'test/infra/template',
      'test/unit/infra/start/sam/command-line',
    ];
    const config = ['run', '--config', 'test/vitest.config.ts', '--tags-filter=!long'];
    const output = await expectSuccess('vitest', ...config, ...files, '--reporter', 'verbose');
    expect(output).toContain('a random request to POST /notes');
    expect(output).toContain('has exactly the routes of the route table');
    for (const file of files) expect(output).toContain(`${file}.test.ts`);
  });
});
