import { ConditionalCheckFailedException, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ulid } from '../../functions/dynamodb/ulid.ts';
import { createTodoStore } from '../../functions/todos/store.ts';
import { TodoVersionConflict } from '../../functions/todos/todo.ts';
import { around, engines, startTable, type TestTable } from '../support/engines.ts';
import { someFields } from '../support/todos.ts';

/**
 * The differences between the embedded engine and DynamoDB, and how the store handles them. The other engines are as
 * DynamoDB here. If a test fails, an engine has changed. The store works with both behaviours.
 */
describe.each(engines)('on $name', (engine) => {
  describe.runIf(engine.isInstalled)(
    engine.isInstalled ? 'a table' : 'is skipped: it is not installed',
    () => {
      const isEmbedded = engine.name === 'the embedded engine';
      let table: TestTable;
      beforeAll(async () => {
        table = await startTable(engine);
      });
      afterAll(() => table.close());

      const put = (item: object, options = {}) =>
        table.client.send(new PutCommand({ TableName: table.tableName, Item: { ...item }, ...options }));

      it(`responds to a failed condition ${isEmbedded ? 'without' : 'with'} the item`, async () => {
        const item = { pk: 'USER#a', sk: 'X', note: 'first' };
        await put(item);
        const failure = await put(item, {
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }).catch((error) => error);
        expect(failure).toBeInstanceOf(ConditionalCheckFailedException);
        expect(failure.Item?.note).toEqual(isEmbedded ? undefined : { S: 'first' });
      });

      it(`lets the store tell a 412 from a 404 in ${isEmbedded ? 'two requests' : 'one request'}`, async () => {
        let commands: string[] = [];
        const client = around(table.client, ({ name }, send) => {
          commands.push(name);
          return send();
        });
        const store = createTodoStore({ client, tableName: table.tableName, now: Date.now, newId: ulid });
        const { id } = await store.create('a', someFields);
        for (const [change, command] of [
          [() => store.update('a', id, { title: 'X' }, { ifMatch: [7] }), 'Update'],
          [() => store.delete('a', id, { ifMatch: [7] }), 'Delete'],
        ] as const) {
          commands = [];
          await expect(change()).rejects.toThrow(TodoVersionConflict);
          expect(commands).toEqual(isEmbedded ? [command, 'Get'] : [command]);
        }
      });

      it(`${isEmbedded ? 'has no' : 'has'} transactions, which the API does not use`, async () => {
        const Item = { pk: { S: 'USER#t' }, sk: { S: 'X' } };
        const transaction = table.client.send(
          new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName: table.tableName, Item } }] }),
        );
        if (isEmbedded)
          await expect(transaction).rejects.toMatchObject({ name: 'UnknownOperationException' });
        else await expect(transaction).resolves.toBeDefined();
      });
    },
  );
});
