import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startDynamoDb } from '../../infra/local/dynamodb/engine.ts';
import { type Client, createClient } from '../support/client.ts';
import { hasDynoxide, startDynoxide } from '../support/dynoxide.ts';
import { engineName } from '../support/engines.ts';
import { type MeteredCall, type MeteringProxy, startMeteringProxy } from '../support/metering-proxy.ts';
import { type System, startSystem } from '../support/system.ts';

/** Only dynoxide reports the capacity of the indexes. It follows the rules of DynamoDB. */
const engines = [
  { engine: 'the embedded engine', start: startDynamoDb, isInstalled: true, countsIndexes: false },
  { engine: 'dynoxide', start: startDynoxide, isInstalled: hasDynoxide, countsIndexes: true },
].filter(({ engine }) => engine === engineName);

const READ_UNIT_BYTES = 4_096;

/** Source: "DynamoDB item sizes and formats" in the DynamoDB developer guide. */
function itemBytes(item: Readonly<Record<string, Readonly<{ S?: string; N?: string }>>>): number {
  return Object.entries(item).reduce((bytes, [name, { S, N }]) => {
    const value = N === undefined ? Buffer.byteLength(S ?? '') : Math.ceil(N.length / 2) + 1;
    return bytes + Buffer.byteLength(name) + value;
  }, 0);
}

describe.each(engines)('on $engine', ({ start, isInstalled, countsIndexes }) => {
  let system: System;
  let proxy: MeteringProxy;
  let call: Client;

  beforeAll(async () => {
    if (!isInstalled) return;
    system = await startSystem({
      startEngine: start,
      intercept: async (endpoint) => {
        proxy = await startMeteringProxy(endpoint);
        return proxy;
      },
    });
    call = await signIn();
  });
  afterAll(() => system?.close());
  beforeEach((context) => context.skip(!isInstalled, 'not installed on this platform'));

  let users = 0;
  /** A client of a new user. The gateway has the policy of this user in its cache. */
  async function signIn(): Promise<Client> {
    const { subject } = system.issuer.addUser({ email: `user-${++users}@example.com` });
    const client = createClient(system.apiUrl, await system.issuer.mintToken({ subject }));
    await client('GET', '/todo');
    return client;
  }

  const newTodo = async (title = 'Buy milk') =>
    (await call('POST', '/todo', { body: { title, date: '2026-06-15' } })).body;

  /** The calls to DynamoDB that one request makes. */
  async function callsOf(...request: Parameters<Client>): Promise<MeteredCall[]> {
    proxy.takeCalls();
    expect((await call(...request)).status).toBeLessThan(300);
    return proxy.takeCalls();
  }

  const units = ({ table, indexes }: MeteredCall['capacity']) =>
    Object.values(indexes).reduce((sum, index) => sum + index, table);

  describe('a read is one call, strongly consistent:', () => {
    it('a todo takes one read unit', async () => {
      const { id } = await newTodo();
      const [get, ...others] = await callsOf('GET', `/todo/${id}`);
      expect(get).toMatchObject({ operation: 'GetItem', input: { ConsistentRead: true } });
      expect(get?.capacity).toEqual({ table: 1, indexes: {} });
      expect(others).toEqual([]);
    });

    it('the user takes one read unit', async () => {
      const [get, ...others] = await callsOf('GET', '/me');
      expect(get).toMatchObject({ operation: 'GetItem', input: { ConsistentRead: true } });
      expect(get?.capacity).toEqual({ table: 1, indexes: {} });
      expect(others).toEqual([]);
    });

    describe('a list of many todos', () => {
      beforeAll(async () => {
        if (!isInstalled) return;
        call = await signIn();
        await Promise.all(Array.from({ length: 60 }, () => newTodo('x'.repeat(300))));
      });

      it.each([
        ['/todo', undefined],
        ['/todo?ordering=-created', undefined],
        ['/todo?completed=false', 'byStatus'],
        ['/todo?ordering=date', 'byDay'],
        ['/todo?date_from=2026-06-01&date_to=2026-06-30', 'byDay'],
        ['/todo?completed=false&ordering=-date', 'byStatusAndDay'],
      ])('takes one read unit for each 4 KB of the page: %s', async (path, IndexName) => {
        const [query, ...others] = await callsOf('GET', path);
        expect(query).toMatchObject({ operation: 'Query', input: { ConsistentRead: true } });
        expect(query?.input).not.toHaveProperty('FilterExpression');
        expect(query?.input.IndexName).toBe(IndexName);
        expect(others).toEqual([]);

        const items = query?.output.Items as Parameters<typeof itemBytes>[0][];
        expect(items).toHaveLength(60);
        const bytes = items.reduce((sum, item) => sum + itemBytes(item), 0);
        // Engines round the bytes of a number differently.
        expect(units(query?.capacity as never)).toBeGreaterThanOrEqual(
          Math.ceil((bytes * 0.97) / READ_UNIT_BYTES),
        );
        expect(units(query?.capacity as never)).toBeLessThanOrEqual(
          Math.ceil((bytes * 1.03) / READ_UNIT_BYTES),
        );
      });

      it.each(['/todo?limit=5', '/todo?completed=false&limit=5', '/todo?completed=true'])(
        'takes at most one read unit for a small page: %s',
        async (path) => {
          const [query] = await callsOf('GET', path);
          expect(units(query?.capacity as never)).toBeLessThanOrEqual(1);
        },
      );
    });
  });

  describe('a write is one call, and one write unit of the table:', () => {
    const expectWrite = (calls: MeteredCall[], operation: string, indexes: Record<string, number>) => {
      expect(calls).toMatchObject([{ operation }]);
      expect(calls[0]?.capacity).toEqual({ table: 1, indexes: countsIndexes ? indexes : {} });
    };

    it('a new todo, with one write to each index', async () => {
      const calls = await callsOf('POST', '/todo', { body: { title: 'Buy milk' } });
      expectWrite(calls, 'PutItem', { byDay: 1, byStatus: 1, byStatusAndDay: 1 });
    });

    // Each index has the time of the update, so every update takes one write to each index. If the key of an index
    // changes, DynamoDB deletes the old entry and writes a new one. This takes two writes.
    it.each([
      ['title', { title: 'Buy bread' }, { byDay: 1, byStatus: 1, byStatusAndDay: 1 }],
      ['date', { date: '2026-01-01' }, { byDay: 2, byStatus: 1, byStatusAndDay: 2 }],
      ['completion', { completed: true }, { byDay: 1, byStatus: 2, byStatusAndDay: 2 }],
    ])(
      'a changed %s, with two writes only to an index that has it in its key',
      async (_field, body, indexes) => {
        const { id } = await newTodo();
        expectWrite(await callsOf('PATCH', `/todo/${id}`, { body }), 'UpdateItem', indexes);
      },
    );

    it('a replaced todo', async () => {
      const { id, date } = await newTodo();
      const calls = await callsOf('PUT', `/todo/${id}`, { body: { title: 'Buy bread', date } });
      expectWrite(calls, 'UpdateItem', { byDay: 1, byStatus: 1, byStatusAndDay: 1 });
    });

    it('a deleted todo, with one write to each index', async () => {
      const { id } = await newTodo();
      const calls = await callsOf('DELETE', `/todo/${id}`);
      expectWrite(calls, 'DeleteItem', { byDay: 1, byStatus: 1, byStatusAndDay: 1 });
    });
  });

  describe('a request about many items', () => {
    const toRow = ({ operation, capacity }: MeteredCall) => [operation, capacity.table];
    beforeEach(async () => {
      if (!isInstalled) return;
      call = await signIn();
      for (let i = 0; i < 30; i++) await newTodo();
    });

    it('deletes 25 todos in one call, for the write units of as many deletes', async () => {
      const calls = await callsOf('DELETE', '/todo');
      expect(calls.map(toRow)).toEqual([
        // 30 todos are less than 8 KB.
        ['Query', 2],
        ['BatchWriteItem', 25],
        ['BatchWriteItem', 5],
      ]);
      if (countsIndexes) {
        expect(calls[1]?.capacity.indexes).toEqual({ byDay: 25, byStatus: 25, byStatusAndDay: 25 });
      }
    });

    it('deletes the todos of one status one by one', async () => {
      const [query, ...deletes] = await callsOf('DELETE', '/todo?completed=false');
      expect(query).toMatchObject({ operation: 'Query', input: { ConsistentRead: true } });
      expect(deletes.map(toRow)).toEqual(Array(30).fill(['DeleteItem', 1]));
    });

    it('reads the links, the addresses and the deletion record for an export in one call', async () => {
      const calls = await callsOf('GET', '/me/export');
      expect(calls.map(toRow)).toEqual([
        ['GetItem', 1],
        ['Query', 2],
        // Without strong consistency, it would be half as much.
        ['BatchGetItem', 3],
      ]);
    });
  });

  describe('the authorizer', () => {
    it('takes one read unit for a known identity without a cached policy, then none', async () => {
      const { subject } = system.issuer.addUser({ email: `user-${++users}@example.com` });
      const newClient = async (expiresInSeconds: number) =>
        createClient(system.apiUrl, await system.issuer.mintToken({ subject, expiresInSeconds }));
      await (await newClient(3_000))('GET', '/me');

      call = await newClient(3_001);
      const [link, ...route] = await callsOf('GET', '/me');
      expect(link).toMatchObject({ operation: 'GetItem', input: { ConsistentRead: true } });
      expect(link?.capacity).toEqual({ table: 1, indexes: {} });
      expect(route).toHaveLength(1);
      expect(await callsOf('GET', '/me')).toHaveLength(1);
    });
  });
});
