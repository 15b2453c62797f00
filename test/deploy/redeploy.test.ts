import { execFile } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { routes } from '../../functions/routes.ts';
import { readAssembly } from '../../infra/local/template/assembly.ts';
import { type Client, createClient } from '../support/client.ts';
import { projectDir } from '../support/local-process.ts';
import { apiUrl, newIdentity } from '../support/target.ts';
import { createCdk, emulatorEnvironment } from './cdk.ts';

const CLI_TIMEOUT_MS = 120_000;

const stack = inject('stack');
const cdk = createCdk(stack);

/** A client that does not check responses against the OpenAPI document, because the test changes a function. */
const callAs = (token: string): Client => createClient(apiUrl, token, () => false);

/** Changes a function, so that it adds a header to its responses. */
function changeFunction(id: string): void {
  const entry = routes.find((route) => route.id === id)?.entry ?? '';
  const file = join(stack.app, 'functions', entry);
  const original = file.replace(/\.ts$/, '-original.ts');
  renameSync(file, original);
  writeFileSync(
    file,
    `import { handler as original } from ${JSON.stringify(original)};
     export const handler = async (event, context) => {
       const response = await original(event, context);
       return { ...response, headers: { ...response.headers, 'X-Changed': 'yes' } };
     };`,
  );
}

/** The key of each function's code in the bucket of assets, by the logical id of the function. */
function codeOf(assembly: string): Map<string, unknown> {
  const { template } = readAssembly(assembly);
  return new Map(
    Object.entries(template.Resources)
      .filter(([, { Type }]) => Type === 'AWS::Lambda::Function')
      .map(([logicalId, { Properties }]) => [logicalId, (Properties.Code as { S3Key: string }).S3Key]),
  );
}

const { endpoint, region } = stack;
const emulator = { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
const dynamoDb = new DynamoDBClient(emulator);
const tables = async () => (await dynamoDb.send(new ListTablesCommand())).TableNames;
afterAll(() => dynamoDb.destroy());

describe('a second cdk deploy, with one changed function', () => {
  const first = join(stack.app, 'cdk.out');
  const second = join(stack.app, 'second.out');
  let call: Client;
  let before: { me: unknown; todo: { id: string }; tables: string[] | undefined };

  beforeAll(async () => {
    call = callAs((await newIdentity()).token);
    const { body: todo } = await call('POST', '/todo', { body: { title: 'Outlives a deployment' } });
    before = { me: (await call('GET', '/me')).body, todo, tables: await tables() };
    changeFunction('getTodo');
    await cdk.run('deploy', '--require-approval', 'never', '--output', second);
  }, CLI_TIMEOUT_MS);

  it('replaces the code of this function only', () => {
    const [old, changed] = [codeOf(first), codeOf(second)];
    expect([...changed.keys()]).toEqual([...old.keys()]);
    const replaced = [...changed].filter(([id, code]) => old.get(id) !== code).map(([id]) => id);
    expect(replaced).toEqual([expect.stringMatching(/^getTodo/)]);
  });

  it('serves the new code', async () => {
    const response = await call('GET', `/todo/${before.todo.id}`);
    expect(response.headers.get('x-changed')).toBe('yes');
    expect(response).toMatchObject({ status: 200, body: before.todo });
  });

  it('keeps the table, the todos, and the links of identities to users', async () => {
    expect(await tables()).toEqual(before.tables);
    expect((await call('GET', '/todo')).body).toEqual([before.todo]);
    expect((await call('GET', '/me')).body).toEqual(before.me);
  });

  it('is followed by a cdk diff without differences', { timeout: CLI_TIMEOUT_MS }, async () => {
    expect(await cdk.run('diff', '--fail', '--app', second)).toContain(
      'Number of stacks with differences: 0',
    );
  });
});

describe('npm run user', () => {
  const operate = async (...args: string[]) => {
    const command = [join(projectDir, 'infra/operator/main.ts'), ...args, '--stage', 'sandbox', '--yes'];
    const { stdout } = await promisify(execFile)(process.execPath, command, {
      env: emulatorEnvironment(stack),
    });
    return stdout;
  };
  const operations = async () => {
    const logs = new CloudWatchLogsClient(emulator);
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand());
    const logGroupName = logGroups.find(({ logGroupName: name }) =>
      name?.includes('OperationsLog'),
    )?.logGroupName;
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
    logs.destroy();
    return events.map(({ message = '' }) => JSON.parse(message));
  };

  it('finds the stage, acts on its table, and writes to its log of operations', async () => {
    const { token, email } = await newIdentity();
    const { body: me } = await callAs(token)('GET', '/me');
    expect(JSON.parse(await operate('show', email))).toMatchObject({ id: me.id, email });
    expect(await operate('block', email)).toMatch(
      /\naws apigateway flush-stage-authorizers-cache --region eu-central-1 --rest-api-id \w+ --stage-name sandbox\n$/,
    );
    expect(JSON.parse(await operate('show', me.id))).toHaveProperty('blocked_at');
    const ours = (await operations()).filter(({ user_id }) => user_id === me.id);
    expect(ours.map(({ operation, outcome }) => [operation, outcome])).toEqual([
      ['show', 'begun'],
      ['show', 'shown'],
      ['block', 'begun'],
      ['block', 'blocked'],
      ['show', 'begun'],
      ['show', 'shown'],
    ]);
  });
});

describe('cdk destroy', () => {
  beforeAll(async () => {
    await cdk.run('destroy', '--force', '--app', join(stack.app, 'second.out'));
  }, CLI_TIMEOUT_MS);

  it('removes the API', async () => {
    const call = callAs((await newIdentity()).token);
    expect((await call('GET', '/todo')).status).toBeGreaterThanOrEqual(400);
  });

  it('also removes the table of a sandbox', async () => {
    expect(await tables()).toEqual([]);
  });
});
