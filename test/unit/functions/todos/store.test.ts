import { describe, expect, it } from 'vitest';
import { createTodoStore } from '../../../../functions/todos/store.ts';
import { TodoNotFound, TodoVersionConflict } from '../../../../functions/todos/todo.ts';
import { conditionFailed, createStubClient } from '../../../support/stub-client.ts';

const ID = '01KB6VDEXAMP1E0F0F0F0T0D0X';
const WRITE_ID = '01KB6VDEXAMP1E0F0F0F0T0D0Y';
const fields = { title: 'Buy milk', date: '2026-12-24', completed: false, order: null };
const item = {
  ...{ pk: 'USER#ann', sk: `TODO#${ID}`, title: 'Buy milk', day: 20_261_224, version: 2, updatedAt: 1 },
  ...{ status: 0, statusId: `0#${ID}`, statusDay: 20_261_224 },
};

function setUp(...responses: readonly object[]) {
  const { client, commands } = createStubClient(...responses);
  const store = createTodoStore({ client, tableName: 'table', now: () => 1, newId: () => WRITE_ID });
  return { store, commands };
}

describe('an update whose first attempt was lost', () => {
  it('succeeds when that attempt wrote the todo', async () => {
    const { store } = setUp(conditionFailed(2), { Item: { ...item, writeId: WRITE_ID } });
    expect(await store.update('ann', ID, { title: 'Buy milk' }, { ifMatch: [1] })).toMatchObject({
      id: ID,
      version: 2,
    });
  });

  it('is refused when somebody else wrote the todo', async () => {
    const { store } = setUp(conditionFailed(2), { Item: { ...item, writeId: 'other' } });
    await expect(store.update('ann', ID, { title: 'Buy milk' }, { ifMatch: [1] })).rejects.toBeInstanceOf(
      TodoVersionConflict,
    );
  });
});

describe('a creation with an idempotency key', () => {
  it('settles the key of a todo that is deleted before it could be read', async () => {
    const { store, commands } = setUp({}, conditionFailed(), {}, {});
    const creation = store.createOnce('ann', fields, { key: 'a key', fingerprint: 'f' });
    await expect(creation).rejects.toBeInstanceOf(TodoNotFound);
    expect(commands.map(({ name }) => name)).toEqual(['Put', 'Put', 'Get', 'Update']);
  });
});

describe('a delete whose first attempt was lost', () => {
  it('succeeds when the todo is gone, and settles no key that it does not know', async () => {
    const { store, commands } = setUp(conditionFailed(2), {});
    await store.delete('ann', ID);
    expect(commands.map(({ name }) => name)).toEqual(['Delete', 'Get']);
  });
});

describe('the errors about a todo', () => {
  it('are sentences for the client', () => {
    expect(new TodoNotFound()).toMatchObject({ name: 'TodoNotFound', message: 'There is no such todo.' });
    expect(new TodoVersionConflict('If-Match')).toMatchObject({
      name: 'TodoVersionConflict',
      message: 'The todo has changed: its ETag is not one of If-Match.',
    });
    expect(new TodoVersionConflict('If-None-Match').message).toBe(
      'The todo is in a state that If-None-Match excludes.',
    );
  });
});
