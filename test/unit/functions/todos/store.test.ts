import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
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

const setUp = (...responses: readonly object[]) => setUpAt(1, ...responses);

function setUpAt(time: number, ...responses: readonly object[]) {
  const { client, commands } = createStubClient(...responses);
  // The paginators of the SDK accept only a client of this class.
  Object.setPrototypeOf(client, DynamoDBDocumentClient.prototype);
  const store = createTodoStore({ client, tableName: 'table', now: () => time, newId: () => WRITE_ID });
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

describe('the deletion of many todos', () => {
  /** An id of the time 1, when all keys are remembered. */
  const idOf = (i: number) => `0000000001${String(i).padStart(16, '0')}`;
  const keyOf = (i: number) => ({ pk: 'USER#ann', sk: `TODO#${idOf(i)}` });
  const keys = (count: number) => Array.from({ length: count }, (_, i) => keyOf(i));
  const deletion = (...batch: readonly object[]) => ({
    name: 'BatchWrite',
    input: { RequestItems: { table: batch.map((Key) => ({ DeleteRequest: { Key } })) } },
  });
  const done = { UnprocessedItems: {} };
  const isKeySettled = (i: number, key: string) => ({
    name: 'Update',
    input: {
      TableName: 'table',
      Key: { pk: 'USER#ann', sk: `IDEMPOTENCY#${key}` },
      UpdateExpression: 'SET settled = :true',
      ConditionExpression: 'resourceId = :id',
      ExpressionAttributeValues: { ':true': true, ':id': idOf(i) },
    },
  });

  it('is a query and a call for each 25 todos', async () => {
    const { store, commands } = setUp({ Items: keys(30) }, done, done);
    await store.deleteAll('ann', undefined);
    expect(commands).toEqual([
      {
        name: 'Query',
        input: expect.objectContaining({
          TableName: 'table',
          KeyConditionExpression: '#pk = :pk AND begins_with(#sortKey, :prefix)',
          ProjectionExpression: 'pk, sk, idempotencyKey',
          ConsistentRead: true,
        }),
      },
      deletion(...keys(25)),
      deletion(...keys(30).slice(25)),
    ]);
  });

  it('settles the keys that are remembered before their todos are gone', async () => {
    const [forgotten, remembered] = [{ pk: 'USER#ann', sk: 'TODO#00000000000000000000000000' }, keyOf(2)];
    const Items = [
      { ...forgotten, idempotencyKey: 'old' },
      keyOf(1),
      { ...remembered, idempotencyKey: 'young' },
    ];
    // A day after the time 1. The first todo is one millisecond older.
    const { store, commands } = setUpAt(86_400_001, { Items }, {}, done);
    await store.deleteAll('ann', undefined);
    expect(commands.slice(1)).toEqual([isKeySettled(2, 'young'), deletion(forgotten, keyOf(1), remembered)]);
  });

  it('deletes no todo whose key could not be settled', async () => {
    const { store, commands } = setUp(
      { Items: [{ ...keyOf(1), idempotencyKey: 'a key' }] },
      new Error('An outage'),
    );
    await expect(store.deleteAll('ann', undefined)).rejects.toThrow('An outage');
    expect(commands.map(({ name }) => name)).toEqual(['Query', 'Update']);
  });

  it('of one status is a call for each todo, on the condition that it still has the status', async () => {
    const Items = [{ ...keyOf(1), idempotencyKey: 'a key' }, keyOf(2)];
    const { store, commands } = setUp({ Items }, {}, {}, conditionFailed());
    await store.deleteAll('ann', true);
    expect(commands.slice(1)).toEqual([
      isKeySettled(1, 'a key'),
      ...[keyOf(1), keyOf(2)].map((Key) => ({
        name: 'Delete',
        input: {
          TableName: 'table',
          Key,
          ConditionExpression: '#status = :status',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':status': 100_000_000 },
        },
      })),
    ]);
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
