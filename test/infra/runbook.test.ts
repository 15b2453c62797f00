import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { accessLogFields } from '../../infra/constructs/access-log.ts';
import manifest from '../../package.json' with { type: 'json' };
import { findPython, installPackages } from '../deploy/python.ts';
import { temporaryFolder } from '../support/cloud-assembly.ts';
import { runbook, runbookBlocks } from '../support/runbook.ts';

describe('the runbook', () => {
  it('has a section for each case that cannot wait', () => {
    const sections = [...runbook.matchAll(/^## (.+)$/gm)].map(([, name]) => name);
    expect(sections).toEqual(
      expect.arrayContaining([
        'Block a user now',
        'Legal export or deletion',
        'Stolen signing key',
        'Auth0 outage',
        'Change the throttle without a deployment',
        'Cost anomaly',
        'WAF false positive',
        'Stuck CodeDeploy deployment',
        'UPDATE_ROLLBACK_FAILED',
        'Low concurrency of a new account',
      ]),
    );
  });

  it('names npm scripts that are there', () => {
    const scripts = [...runbook.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name);
    expect(scripts).toContain('user');
    expect(scripts.filter((name = '') => !Object.hasOwn(manifest.scripts, name))).toEqual([]);
  });

  it('explains each field of the access log, because each field costs in every line', () => {
    const everyPart = {
      domain: { name: 'api.example.com', certificateArn: '', hostedZoneId: '', only: false },
      firewall: { addressRateLimit: 10, tokenRateLimit: 10, isStrict: false },
    };
    const fields = Object.keys(accessLogFields(everyPart));
    expect(fields).toContain('waf');
    const list = /^- The access log of the gateway[\s\S]*?^- Each function/m.exec(runbook)?.[0] ?? '';
    expect(fields.filter((name) => !list.includes(`\`${name}\``))).toEqual([]);
  });
});

const python = findPython();
const folder = temporaryFolder();
afterAll(folder.remove);

/** Puts programs into the folder that do what is left of the real ones without AWS. */
function writePrograms(interpreter: string): void {
  const program = (name: string, text: string) => {
    writeFileSync(join(folder.path, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder.path, name), 0o755);
  };
  program('aws', `exec '${interpreter}' '${join(import.meta.dirname, 'offline-aws.py')}' "$@"`);
  for (const name of ['npm', 'npx', 'curl', 'sleep']) program(name, 'exit 0');
}

function paste(commands: string) {
  const { status, stderr } = spawnSync('bash', ['--norc', '-eu', '-c', commands], {
    cwd: folder.path,
    encoding: 'utf8',
    env: { HOME: folder.path, PATH: [folder.path, process.env.PATH].join(delimiter) },
  });
  return { status, stderr };
}

describe.runIf(python)('the commands of the runbook (needs Python 3.10 or later)', { tags: 'long' }, () => {
  it('are commands of the AWS CLI, with options and queries that exist', () => {
    writePrograms(installPackages(String(python), join(import.meta.dirname, 'aws-cli-requirements.txt')));
    expect(runbookBlocks.length).toBeGreaterThan(15);
    const commands = runbookBlocks.map((block) => block.commands).join('\n');
    expect(paste(commands)).toEqual({ status: 0, stderr: '' });
  });

  it.each([
    ['a misspelt option', 'aws apigateway get-stage --api-id x --stage-name y'],
    ['a missing option', 'aws apigateway get-stage --rest-api-id x'],
    ['a misspelt command', 'aws apigateway get-stages-all'],
    ['a misspelt member of a response', 'aws apigateway get-account --query throttle'],
    ['a misspelt waiter', 'aws cloudformation wait stack-complete --stack-name x'],
  ])('would fail with %s', (_, command) => {
    expect(paste(`export AWS_DEFAULT_REGION=eu-central-1\n${command}`).status).not.toBe(0);
  });
});
