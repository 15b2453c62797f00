import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  ScanCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { tableDefinition } from '../../infra/deploy/table-definition.ts';
import { expectProblem } from '../support/client.ts';
import { temporaryFolder } from '../support/cloud-assembly.ts';
import { projectDir } from '../support/local-process.ts';
import { runbookBlocks } from '../support/runbook.ts';
import { control, laterClaims, newIdentity, withToken } from '../support/target.ts';
import { emulatorEnvironment } from './cdk.ts';
import { findPython, installPackages } from './python.ts';

/** The commands that the emulator does not support, each with the reason. They give a sample of what AWS returns. */
const unsupported = {
  'apigateway flush-stage-authorizers-cache': 'it has no such operation',
  'ce get-cost-and-usage': 'it has no Cost Explorer',
  'cloudformation continue-update-rollback': 'no update of a stack fails in it',
  'cloudformation wait stack-rollback-complete': 'no update of a stack fails in it',
  'deploy get-deployment': 'it has no CodeDeploy',
  'deploy list-deployments': 'it has no CodeDeploy',
  'deploy stop-deployment': 'it has no CodeDeploy',
  'service-quotas list-requested-service-quota-change-history': 'it has no Service Quotas',
  'service-quotas request-service-quota-increase': 'it has no Service Quotas',
  'wafv2 get-sampled-requests': 'it has no such operation',
};

const stack = inject('stack');
const { endpoint, region } = stack;
const dynamoDb = new DynamoDBClient({
  endpoint,
  region,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
const folder = temporaryFolder();
const file = (name: string) => join(folder.path, name);
const linesOf = (name: string) =>
  existsSync(file(name)) ? readFileSync(file(name), 'utf8').trim().split('\n') : [];
afterAll(() => {
  dynamoDb.destroy();
  folder.remove();
});

/** Puts programs into the folder: the AWS CLI, `npm run user`, and nothing in place of the others. */
function writePrograms(): void {
  const requirements = join(projectDir, 'test/infra/aws-cli-requirements.txt');
  const python = installPackages(String(findPython()), requirements);
  const program = (name: string, script: string) => {
    writeFileSync(file(name), `#!/bin/sh\n${script}\n`);
    chmodSync(file(name), 0o755);
  };
  const pattern = Object.keys(unsupported)
    .map((command) => `'${command}'`)
    .join('|');
  program(
    'aws',
    `[ "$2" = wait ] && command="$1 $2 $3" || command="$1 $2"
     case "$command" in
       ${pattern})
         [ "$2" = wait ] || '${python}' -m awscli "$@" >/dev/null 2>&1 || echo "$command" >>'${file('refused')}'
         exec '${python}' '${join(projectDir, 'test/infra/offline-aws.py')}' "$@" ;;
     esac
     echo "$command" >>"$SENT"
     exec '${python}' -m awscli "$@"`,
  );
  const operator = join(projectDir, 'infra/operator/main.ts');
  program(
    'npm',
    `[ "$1 $2 $3" = 'run user --' ] || exit 0; shift 3; exec '${process.execPath}' '${operator}' "$@"`,
  );
  for (const name of ['curl', 'sleep']) program(name, 'exit 0');
}

/**
 * Runs commands in a shell, as somebody who pastes them.
 * @param sent the file that names the commands which the emulator got
 */
async function paste(commands: string, sent = '/dev/null') {
  const environment = emulatorEnvironment(stack);
  const shell = spawn('bash', ['--norc', '-eu', '-c', commands], {
    cwd: folder.path,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...environment, PATH: [folder.path, environment.PATH].join(delimiter), SENT: sent },
  });
  const closed = new Promise<number | null>((resolve) => shell.on('close', resolve));
  const [output, errors, status] = await Promise.all([text(shell.stdout), text(shell.stderr), closed]);
  return { output, errors, status };
}

/** The user that the commands act on. */
let user: { subject: string; email: string; id: string };

/** Pastes all blocks of a section, with the names of the stage under test. */
async function pasteSection(name: string, stackName = 'todo-api-sandbox'): Promise<string> {
  const blocks = runbookBlocks.filter(({ section }) => section === name);
  expect(blocks).not.toEqual([]);
  const commands = blocks
    .map((block) => block.commands)
    .join('\n')
    .replaceAll('todo-api-prod', stackName)
    .replaceAll('STAGE=prod', 'STAGE=sandbox')
    .replaceAll('--stage prod', '--stage sandbox')
    .replaceAll('ann@example.com', user.email)
    .replaceAll('01KB6VDEXAMP1E0F0F0F0T0D0X', user.id)
    // A command takes half a second, so one function stands for all.
    .replaceAll('in $FUNCTIONS;', `in \${FUNCTIONS%%[[:space:]]*};`);
  const session = existsSync(file('session.sh')) ? '. ./session.sh\n' : '';
  const variables = 'AWS_REGION AWS_DEFAULT_REGION STAGE STACK API ACCESS_LOG FUNCTION_LOGS';
  const keep = session === '' ? `(declare -p ${variables}; declare -f) >session.sh` : '';
  const result = await paste(`${session}${commands}\n${keep}`, file('sent'));
  expect(result).toMatchObject({ status: 0, errors: '' });
  return result.output;
}

/** A client with a new token of the user. No policy is cached for it. */
const signIn = async () =>
  withToken(await control.mintToken({ subject: user.subject, claims: laterClaims() }));
async function replaceUser(): Promise<void> {
  const { subject, email, token } = await newIdentity();
  const { body } = await withToken(token)('GET', '/me');
  user = { subject, email, id: body.id };
}
const tables = async () => (await dynamoDb.send(new ListTablesCommand())).TableNames ?? [];

beforeAll(async () => {
  writePrograms();
  await replaceUser();
  await pasteSection('Before you paste');
});

describe('the commands of the runbook, sent to an emulator of AWS by the AWS CLI', () => {
  it.each([
    'Queries',
    'ThrottledRequests',
    'Stolen signing key',
    'Auth0 outage',
    'Stuck CodeDeploy deployment',
    'UPDATE_ROLLBACK_FAILED',
    'Low concurrency of a new account',
  ])('are accepted: %s', async (section) => {
    await pasteSection(section);
  });

  it('block a user', async () => {
    expect(await pasteSection('Block a user now')).toContain(user.id);
    expectProblem(await (await signIn())('GET', '/me'), 403);
    await replaceUser();
  });

  it('show, export and delete a user', async () => {
    await (await signIn())('POST', '/todo', { body: { title: 'Exported' } });
    await pasteSection('Legal export or deletion');
    expect(readFileSync(file('export.json'), 'utf8')).toContain('Exported');
    expect((await (await signIn())('GET', '/todo')).body).toEqual([]);
    await replaceUser();
  });

  it('find the rule of the firewall that blocks', async () => {
    await paste(
      `. ./session.sh
       aws wafv2 create-web-acl --name "$STACK" --scope REGIONAL --default-action Allow={} \\
         --visibility-config SampledRequestsEnabled=true,CloudWatchMetricsEnabled=true,MetricName=all`,
    );
    await pasteSection('WAF false positive');
  });

  it('change the throttle, and stop the stage', async () => {
    expect(await pasteSection('Change the throttle without a deployment')).toMatch(
      /"throttlingBurstLimit": 200,\s*"throttlingRateLimit": 100\.0,/,
    );
    expect(await pasteSection('Cost anomaly')).toMatch(
      /"throttlingBurstLimit": 0,\s*"throttlingRateLimit": 0\.0,/,
    );
    await paste(
      `. ./session.sh
       aws apigateway update-stage --rest-api-id "$API" --stage-name "$STAGE" --patch-operations \
         'op=replace,path=/*/*/throttling/rateLimit,value=50' 'op=replace,path=/*/*/throttling/burstLimit,value=100'`,
    );
  });

  it('restore the table with its items, and give it the settings of the old one', async () => {
    const [TableName = ''] = await tables();
    const countOf = async (name: string) =>
      (await dynamoDb.send(new ScanCommand({ TableName: name, Select: 'COUNT' }))).Count;
    const count = await countOf(TableName);
    await pasteSection('Restore');
    const restored = (await tables()).find((name) => name.startsWith('todo-api-sandbox-restored-')) ?? '';
    const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName: restored }));
    const ResourceArn = Table?.TableArn;
    const [ttl, recovery, tags] = await Promise.all([
      dynamoDb.send(new DescribeTimeToLiveCommand({ TableName: restored })),
      dynamoDb.send(new DescribeContinuousBackupsCommand({ TableName: restored })),
      dynamoDb.send(new ListTagsOfResourceCommand({ ResourceArn })),
    ]);
    expect(Table).toMatchObject({ DeletionProtectionEnabled: true, KeySchema: tableDefinition.KeySchema });
    expect(ttl.TimeToLiveDescription).toEqual({ AttributeName: 'expiresAt', TimeToLiveStatus: 'ENABLED' });
    expect(recovery.ContinuousBackupsDescription?.PointInTimeRecoveryDescription).toMatchObject({
      PointInTimeRecoveryStatus: 'ENABLED',
    });
    expect(tags.Tags).toEqual(expect.arrayContaining([{ Key: 'service', Value: 'todo-api' }]));
    expect(await countOf(restored)).toBe(count);
    expect(JSON.parse(readFileSync(file('sweep.json'), 'utf8'))).toBeNull();

    await dynamoDb.send(new UpdateTableCommand({ TableName: restored, DeletionProtectionEnabled: false }));
    await dynamoDb.send(new DeleteTableCommand({ TableName: restored }));
  });

  it('delete a stack whose first deployment failed, and the empty table that it left', async () => {
    const template = {
      Resources: {
        Table: {
          Type: 'AWS::DynamoDB::Table',
          DeletionPolicy: 'Retain',
          Properties: {
            TableName: 'todo-api-failed-TableEXAMPLE',
            DeletionProtectionEnabled: true,
            BillingMode: 'PAY_PER_REQUEST',
            AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
            KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          },
        },
      },
    };
    writeFileSync(file('failed.json'), JSON.stringify(template));
    const created = await paste(
      `. ./session.sh
       aws cloudformation create-stack --stack-name todo-api-failed --template-body file://failed.json
       aws cloudformation wait stack-create-complete --stack-name todo-api-failed`,
    );
    expect(created).toMatchObject({ status: 0, errors: '' });
    expect(await tables()).toContain('todo-api-failed-TableEXAMPLE');
    await pasteSection('A first deployment that failed', 'todo-api-failed');
    expect(await tables()).not.toContain('todo-api-failed-TableEXAMPLE');
  });

  it('are these', () => {
    expect([...new Set(linesOf('sent'))].sort()).toEqual([
      'apigateway get-account',
      'apigateway get-stage',
      'apigateway update-stage',
      'cloudformation delete-stack',
      'cloudformation describe-stack-events',
      'cloudformation describe-stacks',
      'cloudformation list-stack-resources',
      'cloudformation update-termination-protection',
      'cloudformation wait stack-delete-complete',
      'dynamodb delete-table',
      'dynamodb describe-continuous-backups',
      'dynamodb describe-table',
      'dynamodb list-tables',
      'dynamodb restore-table-to-point-in-time',
      'dynamodb scan',
      'dynamodb tag-resource',
      'dynamodb update-continuous-backups',
      'dynamodb update-table',
      'dynamodb update-time-to-live',
      'dynamodb wait table-exists',
      'lambda delete-function-concurrency',
      'lambda get-account-settings',
      'lambda invoke',
      'lambda put-function-concurrency',
      'logs filter-log-events',
      'logs get-query-results',
      'logs start-query',
      'wafv2 list-web-acls',
    ]);
  });

  it.each(Object.entries(unsupported))('are not all supported: %s, because %s', (command) => {
    // Nothing ends the wait for a state that a stack never has.
    if (!command.includes(' wait ')) expect(linesOf('refused')).toContain(command);
  });
});
