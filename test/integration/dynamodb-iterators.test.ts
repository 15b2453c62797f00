import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ulid } from '../../functions/dynamodb/ulid.ts';
import { createTodoStore, type TodoStore } from '../../functions/todos/store.ts';
import { storeMethods } from '../../infra/local/dynamodb/close-iterators.ts';
import { localCredentials } from '../../infra/local/dynamodb/engine.ts';
import { createEngineServer } from '../../infra/local/dynamodb/server.ts';
import { createTables } from '../../infra/local/dynamodb/tables.ts';
import { temporaryFolder } from '../support/cloud-assembly.ts';
import { tableSpec } from '../support/engines.ts';
import { type Listener, listen } from '../support/listen.ts';
import { allTodos, someFields } from '../support/todos.ts';

const region = 'eu-central-1';
const folder = temporaryFolder();
afterAll(() => folder.remove());

/** The open iterators of all stores of this thread. A store attaches each iterator until it is closed. */
const open = new Set<object>();

function watchIterators(): void {
  const { attachResource, detachResource } = storeMethods;
  storeMethods.attachResource = function (resource) {
    open.add(resource);
    attachResource.call(this, resource);
  };
  storeMethods.detachResource = function (resource) {
    open.delete(resource);
    detachResource.call(this, resource);
  };
}

watchIterators();

describe.each([
  { where: 'on disk', path: folder.path },
  { where: 'in memory', path: undefined },
])('the iterators of an engine that keeps its data $where', ({ path }) => {
  const server = createEngineServer(path);
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
    { what: 'a page that stops at its limit', limit: 1 },
  ])('are closed after $what', async ({ limit }) => {
    await list(limit);
    await expect.poll(() => open.size).toBe(0);
  });
});
