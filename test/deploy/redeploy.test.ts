import { execFile } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  ListTablesCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { product } from '../../functions/product.ts';
import { routes } from '../../functions/routes.ts';
import { tableDefinition } from '../../infra/deploy/table-definition.ts';
import { readAssembly } from '../../infra/local/template/assembly.ts';
import { openCheckpoint } from '../../infra/migrate/checkpoint.ts';
import { migrate } from '../../infra/migrate/copy.ts';
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

/** Invokes the sweep of a stack, as infra/RUNBOOK.md does with the AWS CLI. */
async function invokeSweep(StackName: string): Promise<{ status: number; error: string | null }> {
  const cloudFormation = new CloudFormationClient(emulator);
  const names: unknown[] = [];
  for await (const page of paginateListStackResources({ client: cloudFormation }, { StackName }))
    for (const { ResourceType, LogicalResourceId, PhysicalResourceId } of page.StackResourceSummaries ?? [])
      if (ResourceType === 'AWS::Lambda::Function' && LogicalResourceId?.startsWith('sweepDeletions'))
        names.push(PhysicalResourceId);
  cloudFormation.destroy();
  const path = `/2015-03-31/functions/${names[0]}/invocations`;
  // The emulator reads the region in the credential, and checks no signature.
  const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/lambda/aws4_request, SignedHeaders=host, Signature=0`;
  const response = await fetch(endpoint + path, { method: 'POST', body: '{}', headers: { authorization } });
  return { status: response.status, error: response.headers.get('x-amz-function-error') };
}

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

describe('a restore, with a copy of the table in place of one from a backup', () => {
  const restored = 'todos-restored';
  const settings = ['-c', 'stage=dev-restore', '-c', `TABLE_NAME=${restored}`];
  const outputs = join(stack.folder, 'restored.json');
  const assembly = join(stack.app, 'restored.out');
  const refused = join(stack.app, 'refused.out');
  const npmRunDeploy = (...args: string[]) =>
    cdk.run(
      ...['deploy', '--app', `${process.execPath} infra/app.ts --compare-tables`],
      ...['--require-approval', 'never', ...args],
    );
  let token: string;
  let todo: { id: string };
  let before: string[];

  beforeAll(async () => {
    token = (await newIdentity()).token;
    todo = (await callAs(token)('POST', '/todo', { body: { title: 'Outlives a disaster' } })).body;
    before = (await tables()) ?? [];
  });
  afterAll(async () => {
    await cdk.run('destroy', '--force', '--app', assembly);
    // The stack did not create this table, so it does not delete it either.
    expect(await tables()).toContain(restored);
    await dynamoDb.send(new DeleteTableCommand({ TableName: restored }));
  }, CLI_TIMEOUT_MS);

  it('is refused while the table does not exist', { timeout: CLI_TIMEOUT_MS }, async () => {
    await expect(npmRunDeploy(...settings, '--output', refused)).rejects.toThrow(
      `TABLE_NAME=${restored} names a table that does not exist in `,
    );
  });

  it('serves the items of the copy from a stack that uses it', { timeout: 2 * CLI_TIMEOUT_MS }, async () => {
    await dynamoDb.send(new CreateTableCommand({ ...tableDefinition, TableName: restored }));
    const { count } = await migrate({
      ...{ client: dynamoDb, source: String(before[0]), target: restored, transformation: 'none' },
      checkpoint: openCheckpoint(join(stack.folder, 'checkpoint.json')),
      print: () => {},
    });
    expect(count).toBeGreaterThan(1);

    await npmRunDeploy(...settings, '--output', assembly, '--outputs-file', outputs);
    const [values] = Object.values<Record<string, string>>(JSON.parse(readFileSync(outputs, 'utf8')));
    expect(values?.TableName).toBe(restored);
    const [apiId] = new URL(String(values?.ApiUrl)).host.split('.');
    const url = `${stack.endpoint}/restapis/${apiId}/dev-restore/_user_request_`;
    const { body } = await createClient(url, token, () => false)('GET', '/todo');
    expect(body).toMatchObject([{ title: 'Outlives a disaster', id: todo.id }]);
    expect(await tables()).toEqual([...before, restored].sort());
  });

  it('runs the sweep on the restored table', { timeout: CLI_TIMEOUT_MS }, async () => {
    expect(await invokeSweep(`${product.name}-dev-restore`)).toEqual({ status: 200, error: null });
  });

  it('is not undone by a deployment without TABLE_NAME', { timeout: CLI_TIMEOUT_MS }, async () => {
    await expect(npmRunDeploy('-c', 'stage=dev-restore', '--output', refused)).rejects.toThrow(
      `The deployed stack uses the table ${restored}, and this deployment would create an empty one in its place. Set TABLE_NAME=${restored} to keep it.`,
    );
  });

  it('is refused where it would delete the table of the stack', { timeout: CLI_TIMEOUT_MS }, async () => {
    await expect(npmRunDeploy('-c', `TABLE_NAME=${restored}`, '--output', refused)).rejects.toThrow(
      'This deployment would delete the table Table710B521B of the stack, with all its items.',
    );
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
