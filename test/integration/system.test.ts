import { inspect } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TableSpec } from '../../infra/local/deployment-spec.ts';
import { localCredentials } from '../../infra/local/dynamodb/engine.ts';
import { type Client, createClient, expectProblem } from '../support/client.ts';
import { type FaultyProxy, startFaultyProxy } from '../support/faulty-proxy.ts';
import { type System, startSystem } from '../support/system.ts';

let system: System;
let proxy: FaultyProxy;
const subject = 'auth0|steady';

beforeAll(async () => {
  system = await startSystem({
    settings: { REQUIRE_SCOPES: 'true' },
    intercept: async (endpoint) => {
      proxy = await startFaultyProxy(endpoint);
      return proxy;
    },
  });
  system.issuer.addUser({ subject, email: 'steady@example.com', permissions: ['read:todos', 'write:todos'] });
  proxy.takeOperations();
});
afterAll(() => system.close());

const newClient = async (options = {}): Promise<Client> =>
  createClient(
    system.apiUrl,
    await system.issuer.mintToken({ subject, scope: 'openid email read:todos write:todos', ...options }),
  );

describe('in steady state', () => {
  it('a request makes one call to DynamoDB, one more without a cached policy, and none to Auth0', async () => {
    const first = await newClient();
    const { body: todo } = await first('POST', '/todo', { body: { title: 'First sign-in' } });
    expect(proxy.takeOperations()).toEqual([
      'GetItem', // no link
      ...['PutItem', 'GetItem', 'UpdateItem', 'UpdateItem'], // email address, no profile, profile, link
      'PutItem', // the todo
    ]);
    expect(system.issuer.requestCount('userinfo')).toBe(1);

    const call = await newClient({ expiresInSeconds: 3_000 });
    const operationsOf = async (method: string, path: string, body?: unknown) => {
      const { status } = await call(method, path, { body });
      expect(status).toBeLessThan(300);
      return proxy.takeOperations();
    };
    expect(await operationsOf('GET', '/todo')).toEqual(['GetItem', 'Query']);
    expect(await operationsOf('GET', '/todo?completed=false&ordering=-date&limit=1')).toEqual(['Query']);
    expect(await operationsOf('POST', '/todo', { title: 'Second' })).toEqual(['PutItem']);
    expect(await operationsOf('GET', `/todo/${todo.id}`)).toEqual(['GetItem']);
    expect(await operationsOf('PUT', `/todo/${todo.id}`, { title: 'Replaced' })).toEqual(['UpdateItem']);
    expect(await operationsOf('PATCH', `/todo/${todo.id}`, { date: '2026-01-01' })).toEqual(['UpdateItem']);
    expect(await operationsOf('PATCH', `/todo/${todo.id}`, { completed: true })).toEqual(['UpdateItem']);
    expect(await operationsOf('DELETE', `/todo/${todo.id}`)).toEqual(['DeleteItem']);
    expect(await operationsOf('GET', '/me')).toEqual(['GetItem']);

    expect(system.issuer.requestCount('userinfo')).toBe(1);
    expect(system.issuer.requestCount('jwks')).toBe(0);
  });

  it('a bad token causes one invocation of the authorizer, even if it is sent many times', async () => {
    const call = await newClient({ expiresInSeconds: -60 });
    const decisions = () => system.output.filter((line) => line.includes('"denied"')).length;
    const before = decisions();
    for (let i = 0; i < 5; i++) expectProblem(await call('GET', '/todo'), 401);
    await expect.poll(decisions).toBe(before + 1);
    expect(proxy.takeOperations()).toEqual([]);
  });
});

describe('with scopes required', () => {
  it('a route needs its scope, in `scope` or in `permissions`', async () => {
    const reader = await newClient({ scope: 'openid email read:todos', claims: { permissions: [] } });
    expect((await reader('GET', '/todo')).status).toBe(200);
    const refused = await reader('POST', '/todo', { body: { title: 'X' } });
    expectProblem(refused, 403);
    expect(refused.body).toMatchObject({
      type: '/sandbox/docs#insufficient-scope',
      detail: 'The access token lacks the scope write:todos.',
    });
    expect(refused.headers.get('x-amzn-remapped-www-authenticate')).toBe(
      'Bearer realm="todo-api", error="insufficient_scope", error_description="The access token lacks the scope write:todos.", scope="write:todos"',
    );
    expect(refused.headers.get('access-control-expose-headers')?.toLowerCase()).toContain(
      'x-amzn-remapped-www-authenticate',
    );

    const byPermission = await newClient({ scope: 'openid email', claims: { permissions: ['write:todos'] } });
    expect((await byPermission('POST', '/todo', { body: { title: 'X' } })).status).toBe(201);
    expectProblem(await byPermission('GET', '/todo'), 403);
    expect((await byPermission('GET', '/me')).status).toBe(200);
  });
});

describe('during an outage of Auth0', () => {
  it('a new user gets a 503 with Retry-After that is not cached, and can sign in afterwards with the same token', async () => {
    system.issuer.addUser({ subject: 'auth0|new', email: 'new@example.com' });
    const call = await newClient({ subject: 'auth0|new', claims: { permissions: ['read:todos'] } });
    system.issuer.failWith('userinfo', { status: 500, times: 2 });
    const response = await call('GET', '/todo');
    expectProblem(response, 503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await call('GET', '/todo')).toMatchObject({ status: 200, body: [] });
  });

  it('known users are not affected', async () => {
    for (const endpoint of ['userinfo', 'jwks', 'token'] as const) {
      system.issuer.failWith(endpoint, { status: 503, times: Number.POSITIVE_INFINITY });
    }
    const call = await newClient({ expiresInSeconds: 1_234 });
    expect((await call('GET', '/todo')).status).toBe(200);
    system.issuer.clearFaults();
  });

  it('the authorizer finds a rotated key', async () => {
    await system.issuer.rotateKeys();
    const call = await newClient();
    expect((await call('GET', '/todo')).status).toBe(200);
    expect(system.issuer.requestCount('jwks')).toBeGreaterThan(0);
  });
});

describe('what the functions log', () => {
  it('has the request, the user and the outcome, and nothing that is personal or secret', async () => {
    const call = await newClient({ expiresInSeconds: 2_345 });
    const response = await call('POST', '/todo', { body: { title: 'A very private matter' } });
    await expect
      .poll(() =>
        system.output.find((line) => line.includes(response.body?.user) && line.includes('POST /todo')),
      )
      .toBeDefined();
    const entry = system.output
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
      .findLast(({ route }) => route === 'POST /todo');
    expect(entry).toMatchObject({
      request_id: response.headers.get('x-request-id'),
      user_id: response.body.user,
      status: 201,
      outcome: 'ok',
      latency_ms: expect.any(Number),
    });
    const all = system.output.join('\n');
    expect(all).not.toContain('private matter');
    expect(all).not.toContain('@example.com');
    expect(all).not.toContain('eyJ');
  });
});

describe('the schedule of the sweep', () => {
  it('completes a deletion: after the last cached policy has expired, only its time is left at the link', async () => {
    const { subject } = system.issuer.addUser({
      email: 'leaving@example.com',
      permissions: ['read:todos', 'write:todos'],
    });
    const scope = 'openid email read:todos write:todos';
    const call = createClient(system.apiUrl, await system.issuer.mintToken({ subject, scope }));
    await call('POST', '/todo', { body: { title: 'Left behind' } });
    const { body: me, headers } = await call('GET', '/me');
    const ifMatch = { 'If-Match': headers.get('etag') ?? '' };
    expect((await call('DELETE', '/me', { headers: ifMatch })).status).toBe(204);
    expect((await call('POST', '/todo', { body: { title: 'By a cached policy' } })).status).toBe(201);

    const [{ name: TableName }] = system.deployment.deployment.tables as [TableSpec];
    const base = new DynamoDBClient({
      endpoint: proxy.endpoint,
      region: 'eu-central-1',
      credentials: localCredentials,
    });
    const client = DynamoDBDocumentClient.from(base);
    const itemsAboutUser = async () => {
      const { Items = [] } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
      return Items.filter((item) => {
        const text = inspect(item, { depth: null });
        return [me.id, subject, 'leaving@example.com'].some((part) => text.includes(part));
      });
    };
    expect(await system.deployment.runSchedules()).toMatchObject([{ ok: true }]);
    expect((await itemsAboutUser()).length).toBeGreaterThan(0);

    // Moves the start of the deletion one hour into the past.
    await client.send(
      new UpdateCommand({
        TableName,
        Key: { pk: 'DELETIONS', sk: me.id },
        UpdateExpression: 'SET unlinkedAt = :then',
        ExpressionAttributeValues: { ':then': Date.now() - 3_600_000 },
      }),
    );
    expect(await system.deployment.runSchedules()).toMatchObject([{ ok: true }]);
    expect(await itemsAboutUser()).toEqual([
      {
        pk: `LINK#${system.issuer.url}#${subject}`,
        sk: 'LINK',
        deletedAt: expect.any(Number),
        expiresAt: expect.any(Number),
      },
    ]);
    client.destroy();
    base.destroy();
  });
});

describe('the throttle of the template', () => {
  it('is a 429 that says when to try again, and promises no rate', async () => {
    const flood = await Promise.all(
      Array.from({ length: 60 }, () => fetch(`${system.apiUrl}/todo`, { method: 'DELETE' })),
    );
    // The stage lets ten requests at once through, and five more in each second.
    const refused = flood.filter(({ status }) => status === 429);
    expect(flood.filter(({ status }) => status === 401).length).toBeGreaterThanOrEqual(10);
    expect(refused.length).toBeGreaterThan(0);
    const [first] = refused as [Response];
    expect(Object.fromEntries(first.headers)).toMatchObject({
      'retry-after': '5',
      'content-type': 'application/problem+json',
      'access-control-allow-origin': '*',
    });
    expect(first.headers.has('ratelimit-policy')).toBe(false);
    expect(await first.json()).toMatchObject({
      type: '/sandbox/docs#too-many-requests',
      status: 429,
      detail: 'There are too many requests. Try again later.',
    });
    expect((await fetch(`${system.apiUrl}/todo`)).status).toBe(401);
  });
});
