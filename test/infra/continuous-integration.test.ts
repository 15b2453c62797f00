import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectDir } from '../support/local-process.ts';

const read = (file: string) => readFileSync(join(projectDir, file), 'utf8');
const workflows = {
  'ci.yml': read('.github/workflows/ci.yml'),
  'deploy.yml': read('.github/workflows/deploy.yml'),
  'preview.yml': read('.github/workflows/preview.yml'),
};
const each = Object.entries(workflows);
const jobOf = (name: string) =>
  workflows['ci.yml'].split(/^ {2}(?=\w+:$)/m).find((job) => job.startsWith(`${name}:`)) ?? '';
const commandsOf = (job: string) => matches(jobOf(job), /^ +- run: (.+)$/gm);
const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, match]) => match);
/** The permissions of the workflow, and those of its jobs. */
const permissionsIn = (workflow: string) =>
  matches(workflow, /^ *permissions:( \{\}|\n(?: +[a-z-]+: .+\n)+)/gm);

describe('a workflow', () => {
  it.each(each)(
    'pins each action by the full SHA of a commit, with its version in a comment: %s',
    (_, text) => {
      const actions = matches(text, /\buses: *(.+)$/gm);
      expect(actions.length).toBeGreaterThanOrEqual(2);
      for (const action of actions) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    },
  );

  it.each(each)('uses no stored secret, and leaves no credentials of git behind: %s', (_, text) => {
    expect(text).not.toContain('secrets.');
    const checkouts = matches(text, /(actions\/checkout@.+\n +with:\n +persist-credentials: false)/g);
    expect(checkouts).toHaveLength(matches(text, /(actions\/checkout@)/g).length);
  });
});

describe('the workflow CI', () => {
  it('runs the npm commands of .ci/run', () => {
    // Without what the shell does with the command: `nice npm test >log &`.
    const commands = matches(read('.ci/run'), /^(?:nice -n \d+ )?(npm .+?)(?: [>&].*)?$/gm);
    expect(commands).toContain('npm ci');
    expect(commandsOf('test')).toEqual(commands);
  });

  it('runs the tests with generated clients in a job of their own', () => {
    expect(commandsOf('clients')).toEqual(['npm ci', 'npm run test:clients']);
    expect(read('.ci/run')).not.toContain('test:clients');
  });

  it('may only read the repository', () => {
    expect(permissionsIn(workflows['ci.yml'])).toEqual(['\n  contents: read\n']);
  });
});

const deploying = [
  ['deploy.yml', workflows['deploy.yml']],
  ['preview.yml', workflows['preview.yml']],
] as const;

describe('a workflow that deploys', () => {
  it.each(deploying)('may read the repository, and get a token for a role of AWS: %s', (_, text) => {
    expect(permissionsIn(text)).toEqual([
      ' {}',
      '\n      contents: read\n      id-token: write # to assume the role, in place of stored keys\n',
    ]);
    expect(matches(text, /role-to-assume: \$\{\{ (.+) \}\}/g)).toEqual(['vars.AWS_DEPLOY_ROLE']);
  });

  it.each(deploying)('never interrupts a deployment: %s', (_, text) => {
    expect(matches(text, /cancel-in-progress: (.+)/g)).toEqual(['false']);
  });

  it.each(deploying)('puts nothing that a person typed into the text of a script: %s', (_, text) => {
    for (const script of matches(text, /^ +(?:- )?run: (\|\n(?:(?: {10}.*)?\n)+|.+)/gm))
      expect(script).not.toContain('${{');
  });
});

describe('the workflow Deploy', () => {
  const text = workflows['deploy.yml'];

  it('is started by hand only, for a stage that the person chooses', () => {
    expect(matches(text, /^on:\n((?: {2,}.*\n)+)/gm)[0]).toMatch(/^ {2}workflow_dispatch:\n(?: {4}.*\n)+$/);
    expect(matches(text, /options: (.+)/g)).toEqual(['[sandbox, prod]']);
    expect(matches(text, /^ {4}environment: \$\{\{ (.+) \}\}/gm)).toEqual(['inputs.stage']);
  });

  it('deploys an earlier commit only if it is on the branch', () => {
    expect(text).toContain('git merge-base --is-ancestor "$COMMIT" "$GITHUB_SHA"\n          git checkout');
  });
});

describe('the workflow Preview', () => {
  const text = workflows['preview.yml'];

  it('is off by default, and for pull requests of the repository itself only', () => {
    expect(matches(text, /^on:\n((?: {2,}.*\n)+)/gm)).toEqual([
      '  pull_request:\n    types: [opened, reopened, synchronize, closed]\n',
    ]);
    expect(matches(text, /^ {4}if: (.+)/gm)).toEqual([
      "vars.PREVIEWS == 'true' && github.event.pull_request.head.repo.full_name == github.repository",
    ]);
  });

  it('has the number of the pull request in the name of the stage, and the environment "preview"', () => {
    expect(matches(text, /^ {2}stage: dev-pr-\$\{\{ (.+) \}\}/gm)).toEqual(['github.event.number']);
    expect(matches(text, /^ {4}environment: (.+)/gm)).toEqual(['preview']);
  });

  it('deletes the stage when the pull request is closed', () => {
    expect(text).toMatch(/if: github\.event\.action == 'closed'\n +run: npm run destroy -- --force\n$/);
  });
});

describe('the version of Node.js', () => {
  it('is 24, as in Lambda', () => {
    expect(read('.nvmrc')).toBe('24\n');
    expect(JSON.parse(read('package.json')).devDependencies.node).toMatch(/^24\./);
  });
});
