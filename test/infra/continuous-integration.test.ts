import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectDir } from '../support/local-process.ts';

const read = (file: string) => readFileSync(join(projectDir, file), 'utf8');
const workflow = read('.github/workflows/ci.yml');
const jobOf = (name: string) =>
  workflow.split(/^ {2}(?=\w+:$)/m).find((job) => job.startsWith(`${name}:`)) ?? '';
const commandsOf = (job: string) => matches(jobOf(job), /^ +- run: (.+)$/gm);
const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, match]) => match);

describe('the workflow', () => {
  it('runs the npm commands of .ci/run', () => {
    const commands = matches(read('.ci/run'), /^(npm .+)$/gm);
    expect(commands).toContain('npm ci');
    expect(commandsOf('test')).toEqual(commands);
  });

  it('runs the tests with generated clients in a job of their own', () => {
    expect(commandsOf('clients')).toEqual(['npm ci', 'npm run test:clients']);
    expect(read('.ci/run')).not.toContain('test:clients');
  });

  it('pins each action by the full SHA of a commit, with its version in a comment', () => {
    const actions = matches(workflow, /\buses: *(.+)$/gm);
    expect(actions).toHaveLength(4);
    for (const action of actions) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('may only read the repository', () => {
    expect(matches(workflow, /^permissions:\n((?: +.+\n)+)/gm)).toEqual(['  contents: read\n']);
    for (const job of ['test', 'clients']) expect(jobOf(job)).toContain('persist-credentials: false');
  });
});

describe('the version of Node.js', () => {
  it('is 24, as in Lambda', () => {
    expect(read('.nvmrc')).toBe('24\n');
    expect(JSON.parse(read('package.json')).devDependencies.node).toMatch(/^24\./);
  });
});
