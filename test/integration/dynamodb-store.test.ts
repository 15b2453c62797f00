import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ulid } from '../../functions/dynamodb/ulid.ts';
import { createTodoStore, type TodoStore } from '../../functions/todos/store.ts';
import type { Todo, TodoFields } from '../../functions/todos/todo.ts';
import { localCredentials, startDynamoDb } from '../../infra/local/dynamodb/engine.ts';
import { createStore } from '../../infra/local/dynamodb/store.ts';
import { createTables } from '../../infra/local/dynamodb/tables.ts';
import { temporaryFolder } from '../support/cloud-assembly.ts';
import { tableSpec } from '../support/engines.ts';
import { allTodos } from '../support/todos.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const user = 'u1';
const fields: TodoFields = { title: 'Kept', date: '2026-06-15', completed: false, order: null };

async function withStore<Result>(act: (store: TodoStore) => Promise<Result>): Promise<Result> {
  const { endpoint, close } = await startDynamoDb(folder.path);
  const base = new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials: localCredentials });
  try {
    await createTables(endpoint, 'eu-central-1', [tableSpec]);
    const client = DynamoDBDocumentClient.from(base, { marshallOptions: { removeUndefinedValues: true } });
    return await act(createTodoStore({ client, tableName: tableSpec.name, now: Date.now, newId: ulid }));
  } finally {
    base.destroy();
    await close();
  }
}

/** The ids that each query finds, in the table and in each index. */
const listings = () =>
  withStore(async (store) => {
    const found: Record<string, string[]> = {};
    for (const orderBy of ['created', 'date'] as const) {
      for (const completed of [undefined, true, false]) {
        const { todos } = await store.list(user, { ...allTodos, orderBy, completed });
        found[`${orderBy} ${completed}`] = todos.map(({ id }) => id).sort();
      }
    }
    return found;
  });

describe('the data of an engine that was killed in the middle of its writes', () => {
  let open: Todo;
  let completed: Todo;
  const everywhere = () => ({
    'created undefined': [open.id, completed.id].sort(),
    'created true': [completed.id],
    'created false': [open.id],
    'date undefined': [open.id, completed.id].sort(),
    'date true': [completed.id],
    'date false': [open.id],
  });

  beforeAll(async () => {
    await withStore(async (store) => {
      open = await store.create(user, fields);
      completed = await store.create(user, { ...fields, completed: true });
    });
    expect(await listings()).toEqual(everywhere());

    // The state after a kill between the writes of indexes and items: one extra entry, and two missing entries.
    const level = createStore(join(folder.path, 'dynamodb'));
    for await (const [key, value] of level.iterator({ gte: 'index-', lt: 'index.' })) {
      const isOfOpen = JSON.stringify(value).includes(open.id);
      if (isOfOpen && key.includes('byStatus~'))
        await level.put(`${key}0`, {
          ...(value as object),
          statusId: { S: `0#${ulid(0)}` },
          sk: { S: `TODO#${ulid(0)}` },
        });
      if (!isOfOpen && !key.includes('byStatusAndDay~')) await level.del(key);
    }
    await level.close();
  });

  it('are used without a rebuild after an orderly stop', async () => {
    expect(existsSync(join(folder.path, 'dynamodb', 'in-use'))).toBe(false);
    expect(await listings()).not.toEqual(everywhere());
  });

  it('have their indexes rebuilt from the items at the next start', async () => {
    // A killed engine leaves this file.
    writeFileSync(join(folder.path, 'dynamodb', 'in-use'), '');
    expect(await listings()).toEqual(everywhere());
    expect(await listings()).toEqual(everywhere());
  });
});
