import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyHandler, APIGatewayProxyResult } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ulid, ulidTime } from '../../functions/dynamodb/ulid.ts';
import type { Caller } from '../../functions/http/caller.ts';
import { toAddress } from '../../functions/users/address.ts';
import { createBlocking } from '../../functions/users/blocking.ts';
import { createLinkStore } from '../../functions/users/links.ts';
import { type DynamoDbEngine, localCredentials, startDynamoDb } from '../../infra/local/dynamodb/engine.ts';
import { createTables } from '../../infra/local/dynamodb/tables.ts';
import { tableSpec } from '../support/engines.ts';
import { proxyEvent, type RequestOptions } from '../support/events.ts';

const REGION = 'eu-central-1';
const NO_SUCH_ID = '01KB6VDEXAMP1E0F0F0F0T0D0X';

/** Loads the functions by their entry files. Each function reads its environment at this time. */
async function loadFunctions(): Promise<Readonly<Record<string, APIGatewayProxyHandler>>> {
  return {
    'todos/clear': (await import('../../functions/todos/clear.ts')).handler,
    'todos/create': (await import('../../functions/todos/create.ts')).handler,
    'todos/delete': (await import('../../functions/todos/delete.ts')).handler,
    'todos/get': (await import('../../functions/todos/get.ts')).handler,
    'todos/list': (await import('../../functions/todos/list.ts')).handler,
    'todos/replace': (await import('../../functions/todos/replace.ts')).handler,
    'todos/update': (await import('../../functions/todos/update.ts')).handler,
    'users/get': (await import('../../functions/users/get.ts')).handler,
    'users/delete': (await import('../../functions/users/delete.ts')).handler,
    'export/get': (await import('../../functions/export/get.ts')).handler,
  };
}

let engine: DynamoDbEngine;
let client: DynamoDBDocumentClient;
let functions: Readonly<Record<string, APIGatewayProxyHandler>>;
let caller: Caller;

beforeAll(async () => {
  engine = await startDynamoDb();
  await createTables(engine.endpoint, REGION, [tableSpec]);
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  vi.stubEnv('TABLE_NAME', tableSpec.name);
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', engine.endpoint);
  vi.stubEnv('AWS_REGION', REGION);
  vi.stubEnv('AWS_ACCESS_KEY_ID', localCredentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', localCredentials.secretAccessKey);
  client = DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint: engine.endpoint, region: REGION, credentials: localCredentials }),
  );
  functions = await loadFunctions();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  client.destroy();
  await engine.close();
});

/** The caller is a new user in each test. */
beforeEach(async () => {
  const dependencies = { client, tableName: tableSpec.name, now: Date.now, newId: ulid };
  const links = createLinkStore(dependencies, 'verified-email');
  const identity = { issuer: 'https://tenant.eu.auth0.com/', subject: `auth0|${ulid(Date.now())}` };
  const address = toAddress(`${identity.subject}@example.com`, true, Date.now());
  const user = await links.signIn(identity, address, Date.now());
  if (!user) throw new Error('The sign-in was refused');
  const { userId, email } = user;
  caller = { kind: 'user', userId, email, subject: identity.subject, scopes: [], expiresAt: 9_999_999_999 };
});

async function call(entry: string, options: RequestOptions = {}) {
  const event = proxyEvent({ caller, ...options });
  const result = await functions[entry]?.(event, {} as never, () => {});
  const { statusCode, headers = {}, body } = result as APIGatewayProxyResult;
  return { status: statusCode, headers, body: body === '' ? undefined : JSON.parse(body) };
}
const todo = (id: string, options: RequestOptions = {}): RequestOptions => ({
  resource: '/todo/{id}',
  path: `/todo/${id}`,
  pathParameters: { id },
  ...options,
});
const create = async (fields: object = {}) => {
  const { body } = await call('todos/create', { method: 'POST', body: { title: 'Buy milk', ...fields } });
  return body as { id: string; [field: string]: unknown };
};
const ifMatch = (etag: string) => ({ 'If-Match': etag });

describe('POST /todo', () => {
  it('creates a todo of the caller, for today by default', async () => {
    const { status, headers, body } = await call('todos/create', {
      method: 'POST',
      body: { title: 'Buy milk' },
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/),
      title: 'Buy milk',
      date: body.created_at.slice(0, 10),
      completed: false,
      order: null,
      user: caller.userId,
      url: `https://api.example.com/prod/todo/${body.id}`,
      created_at: new Date(ulidTime(body.id)).toISOString(),
      updated_at: body.created_at,
    });
    expect(headers).toMatchObject({ ETag: '"1"', Location: `https://api.example.com/prod/todo/${body.id}` });
    expect((await call('todos/get', todo(body.id))).body).toEqual(body);
  });

  it('creates one todo per idempotency key, and refuses another body', async () => {
    const request = { method: 'POST', headers: { 'Idempotency-Key': 'a key' } };
    const first = await call('todos/create', { ...request, body: { title: 'Buy milk' } });
    const second = await call('todos/create', { ...request, body: { title: 'Buy milk' } });
    expect(second.body).toEqual(first.body);
    expect((await call('todos/create', { ...request, body: { title: 'Buy more' } })).status).toBe(422);
    expect((await call('todos/list')).body).toEqual([first.body]);
  });
});

describe('GET /todo/{id}', () => {
  it('returns the todo, or a 304 to a client that has its version', async () => {
    const created = await create();
    const { status, headers, body } = await call('todos/get', todo(created.id));
    expect({ status, body }).toEqual({ status: 200, body: created });
    expect(headers.ETag).toBe('"1"');

    const known = await call('todos/get', todo(created.id, { headers: { 'If-None-Match': '"1"' } }));
    expect(known).toMatchObject({ status: 304, headers: { ETag: '"1"' }, body: undefined });
    expect((await call('todos/get', todo(created.id, { headers: { 'If-None-Match': '"2"' } }))).status).toBe(
      200,
    );
  });

  it.each([
    ['todos/get', { method: 'GET' }],
    ['todos/replace', { method: 'PUT', body: { title: 'Buy milk' } }],
    ['todos/update', { method: 'PATCH', body: { title: 'Buy milk' } }],
    ['todos/delete', { method: 'DELETE' }],
  ])(
    'returns a 404 for an unknown id and for an invalid id, as every route of one todo does: %s',
    async (entry, request) => {
      for (const id of [NO_SUCH_ID, 'none']) {
        const { status, body } = await call(entry, todo(id, request));
        expect(status).toBe(404);
        expect(body.detail).toBe('There is no such todo.');
      }
    },
  );
});

describe('PUT and PATCH /todo/{id}', () => {
  it('replace every field, or change the given ones', async () => {
    const { id } = await create({ date: '2026-12-24', completed: true, order: 7 });
    const changed = await call('todos/update', todo(id, { method: 'PATCH', body: { title: 'Buy bread' } }));
    expect(changed).toMatchObject({
      status: 200,
      headers: { ETag: '"2"' },
      body: { title: 'Buy bread', date: '2026-12-24', completed: true, order: 7 },
    });
    const replaced = await call('todos/replace', todo(id, { method: 'PUT', body: { title: 'Buy cheese' } }));
    expect(replaced).toMatchObject({
      status: 200,
      headers: { ETag: '"3"' },
      body: { title: 'Buy cheese', completed: false, order: null },
    });
    expect(replaced.body.date).toBe(replaced.body.updated_at.slice(0, 10));
  });

  it.each([
    ['todos/replace', { method: 'PUT', body: { title: 'Buy bread' } }],
    ['todos/update', { method: 'PATCH', body: { title: 'Buy bread' } }],
    ['todos/delete', { method: 'DELETE' }],
  ])('require the version that If-Match names, as DELETE does: %s', async (entry, request) => {
    const { id } = await create();
    for (const headers of [ifMatch('"2"'), { 'If-None-Match': '"1"' }, { 'If-None-Match': '*' }]) {
      expect((await call(entry, todo(id, { ...request, headers }))).status).toBe(412);
      expect((await call('todos/get', todo(id))).body.title).toBe('Buy milk');
    }
    expect((await call(entry, todo(id, { ...request, headers: ifMatch('"1"') }))).status).toBeLessThan(300);
  });

  it.each([{}, { title: 'Buy milk' }, { title: ' Buy milk ', completed: false, order: null }])(
    'leave a todo alone that has the fields already: %j',
    async (body) => {
      const created = await create();
      const request = { method: 'PATCH', body, headers: ifMatch('"1"') };
      const unchanged = await call('todos/update', todo(created.id, request));
      expect(unchanged).toMatchObject({ status: 200, headers: { ETag: '"1"' } });
      expect(unchanged.body).toEqual(created);
      const stale = await call('todos/update', todo(created.id, { ...request, headers: ifMatch('"2"') }));
      expect(stale.status).toBe(412);
    },
  );
});

describe('DELETE /todo/{id} and DELETE /todo', () => {
  it('delete one todo', async () => {
    const [deleted, kept] = [await create(), await create()];
    expect(await call('todos/delete', todo(deleted.id))).toMatchObject({ status: 204, body: undefined });
    expect((await call('todos/list')).body).toEqual([kept]);
  });

  it('delete the todos of one status, or all', async () => {
    const [open] = [await create(), await create({ completed: true })];
    const cleared = await call('todos/clear', { method: 'DELETE', query: { completed: 'true' } });
    expect(cleared).toMatchObject({ status: 204, body: undefined });
    expect((await call('todos/list')).body).toEqual([open]);
    expect((await call('todos/clear', { query: { complete: 'true' } })).status).toBe(400);
    expect((await call('todos/clear')).status).toBe(204);
    expect((await call('todos/list')).body).toEqual([]);
  });
});

describe('GET /todo', () => {
  it('returns pages of the caller’s todos, with a link to the next page', async () => {
    const [first, second] = [await create(), await create()];
    const page = await call('todos/list', { query: { limit: '1' } });
    expect(page).toMatchObject({ status: 200, body: [first] });
    const next = new URL(/<([^>]+)>; rel="next"/.exec(String(page.headers.Link))?.[1] ?? '');
    expect(`${next.origin}${next.pathname}`).toBe('https://api.example.com/prod/todo');

    const last = await call('todos/list', { query: Object.fromEntries(next.searchParams) });
    expect(last).toMatchObject({ status: 200, body: [second] });
    expect(last.headers?.Link).toBe('<https://api.example.com/prod/todo?limit=1>; rel="first"');
  });
});

const me = (options: RequestOptions = {}): RequestOptions => ({ resource: '/me', ...options });

describe('GET /me', () => {
  it('returns the user, or a 304 to a client that has its state', async () => {
    const { status, headers, body } = await call('users/get', me());
    expect(status).toBe(200);
    expect(body).toEqual({
      id: caller.userId,
      email: caller.email,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      identities: [{ issuer: 'https://tenant.eu.auth0.com/', subject: caller.subject }],
    });
    const known = await call('users/get', me({ headers: { 'If-None-Match': String(headers.ETag) } }));
    expect(known).toMatchObject({ status: 304, headers: { ETag: headers.ETag }, body: undefined });
  });
});

describe('DELETE /me', () => {
  it.each([undefined, '*', ' * '])(
    'requires the ETag of GET /me, and refuses If-Match: %s',
    async (header) => {
      const request = me({ method: 'DELETE', headers: header === undefined ? {} : ifMatch(header) });
      const { status, body } = await call('users/delete', request);
      expect(status).toBe(428);
      expect(body.detail).toBe('If-Match must have the ETag of GET /me.');
      expect((await call('users/get', me())).status).toBe(200);
    },
  );

  it('does not end the block of a user whose policy is still cached', async () => {
    const { headers } = await call('users/get', me());
    const blocking = createBlocking({ client, tableName: tableSpec.name, now: Date.now, newId: ulid });
    await blocking.block(caller.userId);
    const remove = () =>
      call('users/delete', me({ method: 'DELETE', headers: ifMatch(String(headers.ETag)) }));
    expect(await remove()).toMatchObject({
      status: 403,
      body: {
        type: '/docs#user-blocked',
        detail: 'An operator of this API blocked this user. An operator can let the user in again.',
      },
    });
    expect((await call('users/get', me())).status).toBe(200);
    await blocking.unblock(caller.userId);
    expect((await remove()).status).toBe(204);
  });

  it('deletes the user if If-Match has the ETag', async () => {
    await create();
    const remove = (headers: Readonly<Record<string, string>>) =>
      call('users/delete', me({ method: 'DELETE', headers }));
    expect((await remove(ifMatch('"other"'))).status).toBe(412);
    const etag = String((await call('users/get', me())).headers.ETag);
    expect((await remove({ ...ifMatch(etag), 'If-None-Match': etag })).status).toBe(412);
    const deleted = await remove(ifMatch(etag));
    expect(deleted).toMatchObject({ status: 204, body: undefined });
    expect((await call('users/get', me())).status).toBe(404);
    expect((await call('todos/list')).body).toEqual([]);
  });
});

describe('GET /me/export', () => {
  const exported = (query: Readonly<Record<string, string>> = {}) =>
    call('export/get', { resource: '/me/export', query });

  it('returns a list for each kind of item, even if there are no items', async () => {
    expect(await exported()).toMatchObject({
      status: 200,
      body: { user: { id: caller.userId }, todos: [], idempotency_records: [] },
    });
    const headers = { 'Idempotency-Key': 'a key' };
    const { body } = await call('todos/create', { method: 'POST', headers, body: { title: 'Buy milk' } });
    expect((await exported()).body).toMatchObject({ todos: [body], idempotency_records: [{ key: 'a key' }] });
  });

  it('returns pages', async () => {
    const [first, second] = [await create(), await create()];
    const page = await exported({ limit: '1' });
    expect(page.body.todos).toEqual([first]);
    const next = new URL(/<([^>]+)>; rel="next"/.exec(String(page.headers.Link))?.[1] ?? '');
    expect(next.pathname).toBe('/prod/me/export');
    const last = await exported(Object.fromEntries(next.searchParams));
    expect(last.body.todos).toEqual([second]);
    expect(last.headers?.Link).toBe('<https://api.example.com/prod/me/export?limit=1>; rel="first"');
  });

  it('fails if there is an item of an unknown kind', async () => {
    const Item = { pk: `USER#${caller.userId}`, sk: 'UNKNOWN#1' };
    await client.send(new PutCommand({ TableName: tableSpec.name, Item }));
    expect((await exported()).status).toBe(500);
  });
});
