import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deployment, FunctionSpec } from '../../infra/local/deployment-spec.ts';
import { type EnforcingProxy, startEnforcingProxy } from '../support/iam/enforcing-proxy.ts';
import { type Listener, listen } from '../support/listen.ts';

const table = 'arn:aws:dynamodb:eu-central-1:123456789012:table/Todos';
const reader = {
  logicalId: 'reader01234567',
  allowedActions: [
    { actions: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:BatchGetItem'], resources: [table] },
    { actions: ['dynamodb:Query'], resources: [`${table}/index/byDay`] },
  ],
} as FunctionSpec;
const deployment = {
  region: 'eu-central-1',
  accountId: '123456789012',
  functions: [reader],
} as unknown as Deployment;

const engine = createServer((_request, response) => response.end('{}'));
let listener: Listener;
let proxy: EnforcingProxy;
beforeAll(async () => {
  listener = await listen(engine);
  proxy = await startEnforcingProxy(listener.url);
  proxy.enforce(deployment);
});
afterAll(async () => {
  await proxy.close();
  await listener.close();
});

async function send(operation: string, body: object, token?: string) {
  const response = await fetch(proxy.endpoint, {
    method: 'POST',
    headers: {
      'X-Amz-Target': `DynamoDB_20120810.${operation}`,
      ...(token !== undefined && { 'X-Amz-Security-Token': token }),
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

describe('a request of a function to DynamoDB', () => {
  it.each([
    ['GetItem', { TableName: 'Todos' }],
    ['Query', { TableName: 'Todos' }],
    ['Query', { TableName: 'Todos', IndexName: 'byDay' }],
    ['BatchGetItem', { RequestItems: { Todos: {} } }],
  ])('is let through if the role allows it: %s %j', async (operation, body) => {
    expect(await send(operation, body, reader.logicalId)).toEqual({ status: 200, text: '{}' });
  });

  it.each([
    ['PutItem', { TableName: 'Todos' }],
    ['GetItem', { TableName: 'Others' }],
    ['Query', { TableName: 'Todos', IndexName: 'byStatus' }],
    ['Scan', { TableName: 'Todos' }],
    ['BatchWriteItem', { RequestItems: { Todos: [] } }],
    ['BatchGetItem', { RequestItems: { Others: {} } }],
    ['BatchGetItem', { RequestItems: { Todos: {}, Others: {} } }],
  ])('is refused as IAM refuses it if the role does not allow it: %s %j', async (operation, body) => {
    const { status, text } = await send(operation, body, reader.logicalId);
    expect(status).toBe(400);
    expect(text).toContain('AccessDeniedException');
  });

  it('is refused if its token belongs to no function', async () => {
    expect((await send('GetItem', { TableName: 'Todos' }, 'stranger')).status).toBe(400);
  });

  it('is let through without a token, because it comes from the test', async () => {
    expect((await send('Scan', { TableName: 'Todos' })).status).toBe(200);
  });

  it('is recorded, whether it is allowed or not', () => {
    expect(proxy.used()).toEqual(
      expect.arrayContaining(['reader dynamodb:GetItem table/Todos', 'reader dynamodb:PutItem table/Todos']),
    );
  });
});
