import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startDynamoDb } from '../../../infra/local/dynamodb/engine.ts';
import { type Client, createClient, expectProblem } from '../../support/client.ts';
import { hasDynoxide, startDynoxide } from '../../support/dynoxide.ts';
import { engineName } from '../../support/engines.ts';
import { type FaultyProxy, startFaultyProxy } from '../../support/faulty-proxy.ts';
import { type System, startSystem } from '../../support/system.ts';

/** After a failed condition, the embedded engine does not send the item. The other engine sends it, as DynamoDB does. */
const engines = [
  { engine: 'the embedded engine', start: startDynamoDb, isInstalled: true, sendsItem: false },
  { engine: 'dynoxide', start: startDynoxide, isInstalled: hasDynoxide, sendsItem: true },
].filter(({ engine }) => engine === engineName);

describe.each(engines)(
  'on $engine, when DynamoDB made the change and its response was lost',
  ({ start, isInstalled, sendsItem }) => {
    let system: System;
    let proxy: FaultyProxy;
    let token: string;
    let call: Client;

    beforeAll(async () => {
      if (!isInstalled) return;
      system = await startSystem({
        startEngine: start,
        intercept: async (endpoint) => {
          proxy = await startFaultyProxy(endpoint);
          return proxy;
        },
      });
    });
    afterAll(() => system?.close());

    const newToken = () => {
      const { subject } = system.issuer.addUser({ email: `${randomUUID()}@example.com` });
      return system.issuer.mintToken({ subject });
    };
    const titles = async () => (await call('GET', '/todo')).body.map(({ title }: { title: string }) => title);
    const newTodo = async () => (await call('POST', '/todo', { body: { title: 'As it was' } })).body;

    beforeEach(async (context) => {
      context.skip(!isInstalled, 'not installed on this platform');
      token = await newToken();
      call = createClient(system.apiUrl, token);
      await call('GET', '/todo');
      proxy.takeOperations();
    });
    afterEach(() => proxy?.clearFaults());

    describe.each(['lost-response', 'hanging-response'] as const)('(%s)', (kind) => {
      const options = { tags: kind === 'hanging-response' ? 'long' : [] };

      it('a POST creates one todo', options, async () => {
        proxy.failWith('PutItem', { kind });
        const response = await call('POST', '/todo', { body: { title: 'Once' } });
        expect(response.status).toBe(201);
        expect((await call('GET', '/todo')).body).toEqual([response.body]);
      });

      it.each(['PUT', 'PATCH'])(
        'a %s with If-Match changes the todo once and is not a 412',
        options,
        async (method) => {
          const { id } = await newTodo();
          proxy.failWith('UpdateItem', { kind });
          const response = await call(method, `/todo/${id}`, {
            body: { title: 'Changed' },
            headers: { 'If-Match': '"1"' },
          });
          expect(response).toMatchObject({ status: 200, body: { id, title: 'Changed' } });
          expect(response.headers.get('etag')).toBe('"2"');
          const now = await call('GET', `/todo/${id}`);
          expect(now.body).toEqual(response.body);
          expect(now.headers.get('etag')).toBe('"2"');
        },
      );

      it.each([{}, { 'If-Match': '"1"' }])('a DELETE is not a 404 (%j)', options, async (headers) => {
        const { id } = await newTodo();
        proxy.failWith('DeleteItem', { kind });
        expect((await call('DELETE', `/todo/${id}`, { headers })).status).toBe(204);
        expectProblem(await call('GET', `/todo/${id}`), 404);
      });
    });

    it.each([1, 2, 3])(
      'write %i of a POST with an Idempotency-Key is repeated, and the POST creates one todo',
      async (n) => {
        const operations = ['PutItem', 'PutItem', 'UpdateItem'];
        const nth = n === 2 ? passing(1) : passing(0);
        for (const fault of nth) proxy.failWith(operations[n - 1] ?? '', fault);
        const post = () =>
          call('POST', '/todo', { body: { title: 'Keyed' }, headers: { 'Idempotency-Key': 'k' } });
        const response = await post();
        expect(response.status).toBe(201);
        expect((await post()).body).toEqual(response.body);
        expect(await titles()).toEqual(['Keyed']);
      },
    );

    it('a repeated POST does not undo the change of another client to the new todo', async () => {
      const other = createClient(system.apiUrl, token);
      proxy.failWith('PutItem', {
        kind: 'lost-response',
        meanwhile: async () => {
          const [todo] = (await other('GET', '/todo')).body;
          expect((await other('PATCH', `/todo/${todo.id}`, { body: { completed: true } })).status).toBe(200);
        },
      });
      const { status, body } = await call('POST', '/todo', { body: { title: 'Shared' } });
      expect(status).toBe(201);
      expect((await call('GET', `/todo/${body.id}`)).body.completed).toBe(true);
    });

    it('a PATCH with If-Match is a 412 after the next change of another client, and that change stays', async () => {
      const { id } = await newTodo();
      const other = createClient(system.apiUrl, token);
      const change = (title: string) => other('PUT', `/todo/${id}`, { body: { title } });
      // The function of the other client has started: a start may take longer than an attempt waits.
      expect((await change('As it was')).status).toBe(200);
      proxy.failWith('UpdateItem', { kind: 'lost-response', meanwhile: () => change('Theirs') });
      const response = await call('PATCH', `/todo/${id}`, {
        body: { title: 'Mine' },
        headers: { 'If-Match': '"1"' },
      });
      expectProblem(response, 412);
      expect((await call('GET', `/todo/${id}`)).body.title).toBe('Theirs');
    });

    it('a stale If-Match is a 412 at a repeated attempt too, and changes nothing', async () => {
      const { id } = await newTodo();
      await call('PATCH', `/todo/${id}`, { body: { title: 'Newer' } });
      for (const [method, operation] of [
        ['PATCH', 'UpdateItem'],
        ['DELETE', 'DeleteItem'],
      ] as const) {
        proxy.failWith(operation, { kind: 'reset' });
        const response = await call(method, `/todo/${id}`, {
          ...(method === 'PATCH' && { body: { title: 'Stale' } }),
          headers: { 'If-Match': '"1"' },
        });
        expectProblem(response, 412);
      }
      expect(await titles()).toEqual(['Newer']);
    });

    it('a repeated PATCH never restores a deleted todo', async () => {
      const { id } = await newTodo();
      const other = createClient(system.apiUrl, token);
      proxy.failWith('UpdateItem', {
        kind: 'lost-response',
        meanwhile: () => other('DELETE', `/todo/${id}`),
      });
      expectProblem(await call('PATCH', `/todo/${id}`, { body: { title: 'Ghost' } }), 404);
      expect(await titles()).toEqual([]);
    });

    it.each([
      ['all todos', '/todo', 'BatchWriteItem', 2],
      ['all open todos', '/todo?completed=false', 'DeleteItem', 3],
    ])(
      'a DELETE of %s is complete, and keeps the todos of other users',
      async (_which, path, operation, n) => {
        const other = createClient(system.apiUrl, await newToken());
        await other('POST', '/todo', { body: { title: 'Theirs' } });
        for (let i = 0; i < 5; i++) await newTodo();
        proxy.failWith(operation, { kind: 'lost-response' }, n);
        proxy.failWith('Query', { kind: 'lost-response' });
        expect((await call('DELETE', path)).status).toBe(204);
        expect(await titles()).toEqual([]);
        expect((await other('GET', '/todo')).body).toHaveLength(1);
      },
    );

    it('only a repeated write makes one more call', async () => {
      const { id } = await newTodo();
      proxy.takeOperations();
      await call('PATCH', `/todo/${id}`, { body: { title: 'A' }, headers: { 'If-Match': '"1"' } });
      expect(proxy.takeOperations()).toEqual(['UpdateItem']);
      proxy.failWith('UpdateItem', { kind: 'lost-response' });
      await call('PATCH', `/todo/${id}`, { body: { title: 'B' }, headers: { 'If-Match': '"2"' } });
      expect(proxy.takeOperations()).toEqual(['UpdateItem', 'UpdateItem', 'GetItem']);
      await call('PATCH', `/todo/${id}`, { body: { title: 'C' }, headers: { 'If-Match': '"1"' } });
      expect(proxy.takeOperations()).toEqual(sendsItem ? ['UpdateItem'] : ['UpdateItem', 'GetItem']);
    });

    it.each(['GetItem', 'PutItem', 'UpdateItem'])(
      'every %s of a first sign-in is repeated, and creates one user',
      async (operation) => {
        const { subject, email } = system.issuer.addUser({ email: `${randomUUID()}@example.com` });
        const stranger = createClient(system.apiUrl, await system.issuer.mintToken({ subject }));
        proxy.failWith(operation, { kind: 'lost-response' }, 2);
        const me = await stranger('GET', '/me');
        expect(me).toMatchObject({ status: 200, body: { email, identities: [{ subject }] } });
        const again = createClient(
          system.apiUrl,
          await system.issuer.mintToken({ subject, expiresInSeconds: 99 }),
        );
        expect((await again('GET', '/me')).body).toEqual(me.body);
      },
    );
  },
);

/** Lets the first requests pass, and loses the response of the next one. */
function passing(first: number) {
  return [
    ...Array.from({ length: first }, () => ({ kind: 'slow', delayMs: 0 }) as const),
    { kind: 'lost-response' } as const,
  ];
}
