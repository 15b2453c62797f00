import { afterEach, describe, expect, it } from 'vitest';
import { product } from '../../functions/product.ts';
import { type DynamoDbEngine, startDynamoDb } from '../../infra/local/dynamodb/engine.ts';
import { createTables } from '../../infra/local/dynamodb/tables.ts';
import { createClient } from '../support/client.ts';
import { tableSpec } from '../support/engines.ts';
import { everySetting } from '../support/stack.ts';
import { type System, startSystem } from '../support/system.ts';

const existingTable = { ...tableSpec, name: String(everySetting.TABLE_NAME) };
/** The stack does not create the table of the setting TABLE_NAME. */
async function startEngineWithTable(): Promise<DynamoDbEngine> {
  const engine = await startDynamoDb();
  await createTables(engine.endpoint, 'eu-central-1', [existingTable]);
  return engine;
}

let system: System;
afterEach(() => system.close());

async function signIn(email: string): Promise<string> {
  const { subject } = system.issuer.addUser({
    email,
    permissions: ['read:todos', 'write:todos'],
  });
  return system.issuer.mintToken({ subject, scope: 'openid email read:todos write:todos' });
}

describe('the local deployment runs the template with every setting, for the stage', { tags: 'long' }, () => {
  it.each([
    ['sandbox', 'false'],
    ['prod', 'true'],
  ])('%s', async (stage, CANARY) => {
    system = await startSystem({
      settings: { ...everySetting, stage, CANARY },
      startEngine: startEngineWithTable,
    });
    const call = createClient(system.apiUrl, await signIn('alice@example.com'));
    const created = await call('POST', '/todo', { body: { title: 'On every stage' } });
    expect(created.status).toBe(201);
    expect((await call('GET', created.body.url)).body).toEqual(created.body);
    expect(system.deployment.deployment.tables).toEqual([]);
    expect(system.deployment.deployment.outputs).toMatchObject({
      TableName: 'todos-restored',
      ApiUrl: 'https://api.example.com/',
      DocsUrl: 'https://api.example.com/docs',
      DashboardUrl: expect.stringContaining(`#dashboards/dashboard/${product.name}-${stage}-eu-central-1`),
    });

    const preflight = async (Origin: string) =>
      (
        await call('OPTIONS', '/todo', { headers: { Origin, 'Access-Control-Request-Method': 'POST' } })
      ).headers.get('access-control-allow-origin');
    const response = async (Origin: string) =>
      (await call('GET', '/todo', { headers: { Origin } })).headers.get('access-control-allow-origin');
    const [first = '', second = ''] = String(everySetting.CORS_ORIGINS).split(',');
    for (const origin of [first, second]) {
      expect([await preflight(origin), await response(origin)]).toEqual([origin, origin]);
    }
    expect(await preflight('https://evil.example.com')).toBe(first);
    expect(await response('https://evil.example.com')).toBeNull();

    system.issuer.failWith('userinfo', { status: 429 });
    const newUser = createClient(system.apiUrl, await signIn('bob@example.com'));
    expect((await newUser('GET', '/todo')).status).toBe(503);
    const line = system.output.find((text) => text.includes('UserinfoRateLimited')) ?? '';
    expect(JSON.parse(line)).toMatchObject({
      message: 'userinfo',
      _aws: { CloudWatchMetrics: [{ Namespace: `${product.name}/${stage}`, Dimensions: [[]] }] },
    });
  });
});
