import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ClassicLevel } from 'classic-level';
import dynalite from 'dynalite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ulid } from '../../functions/dynamodb/ulid.ts';
import { createTodoStore, type TodoStore } from '../../functions/todos/store.ts';
import { closeIterators } from '../../infra/local/dynamodb/close-iterators.ts';
import { localCredentials } from '../../infra/local/dynamodb/engine.ts';
import { createTables } from '../../infra/local/dynamodb/tables.ts';
import { temporaryFolder } from '../support/cloud-assembly.ts';
import { tableSpec } from '../support/engines.ts';
import { type Listener, listen } from '../support/listen.ts';
import { allTodos, someFields } from '../support/todos.ts';

const region = 'eu-central-1';
const folder = temporaryFolder();
afterAll(() => folder.remove());

/** The iterators that are open, of all stores of this thread: a store keeps hold of each until it is closed. */
const open = new Set<object>();

interface Store {
  attachResource(resource: object): void;
  detachResource(resource: object): void;
}

function watchIterators(): void {
  const store = Object.getPrototypeOf(ClassicLevel.prototype) as Store;
  const { attachResource, detachResource } = store;
  store.attachResource = function (resource) {
    open.add(resource);
    attachResource.call(this, resource);
  };
  store.detachResource = function (resource) {
    open.delete(resource);
    detachResource.call(this, resource);
  };
}

watchIterators();
closeIterators();

describe.each([
  { where: 'on disk', options: { path: folder.path } },
  { where: 'in memory', options: {} },
])('the iterators of an engine that keeps its data $where', ({ options }) => {
  const server = dynalite({ createTableMs: 0, ...options });
  let listener: Listener;
  let base: DynamoDBClient;
  let store: TodoStore;

  beforeAll(async () => {
    listener = await listen(server);
    const endpoint = listener.url;
    await createTables(endpoint, region, [tableSpec]);
    base = new DynamoDBClient({ endpoint, region, credentials: localCredentials });
    const client = DynamoDBDocumentClient.from(base, { marshallOptions: { removeUndefinedValues: true } });
    store = createTodoStore({ client, tableName: tableSpec.name, now: Date.now, newId: ulid });
    for (const title of ['One', 'Two', 'Three']) {
      await store.create('u1', { ...someFields, title });
    }
  });
  afterAll(async () => {
    base.destroy();
    await listener.close();
  });

  const list = (limit: number) => store.list('u1', { ...allTodos, limit });

  it.each([
    { what: 'a page that reads to the end', limit: 100 },
    { what: 'a page that stops before', limit: 1 },
  ])('are closed after $what', async ({ limit }) => {
    await list(limit);
    await expect.poll(() => open.size).toBe(0);
  });
});
