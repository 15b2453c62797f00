import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toItem } from '../../functions/todos/item.ts';
import { engines, startTable, type TestTable } from '../support/engines.ts';

const todo = (id: string) =>
  toItem({
    ...{ id, userId: 'ann', title: 'Buy milk', date: '2026-12-24', completed: false, order: null },
    ...{ version: 1, createdAt: 0, updatedAt: 0 },
  });

describe.each(engines)('on $name', (engine) => {
  describe.runIf(engine.isInstalled)('an index that is still empty', () => {
    let table: TestTable;

    beforeAll(async () => {
      table = await startTable(engine);
      const items = [
        todo('1'),
        { ...todo('2'), sortNumber: 20, sortText: 'TODO#work#2' },
        { ...todo('3'), sortNumber: 10, sortText: 'TODO#home#3' },
        { ...todo('4'), sortNumber: -5, sortText: 'TODO#work#4' },
      ];
      for (const Item of items)
        await table.client.send(new PutCommand({ TableName: table.tableName, Item: { ...Item } }));
    });
    afterAll(() => table.close());

    async function idsIn(IndexName: string, sortKey: string, first: unknown, last: unknown) {
      const { Items = [] } = await table.client.send(
        new QueryCommand({
          TableName: table.tableName,
          IndexName,
          KeyConditionExpression: `pk = :pk AND ${sortKey} BETWEEN :first AND :last`,
          ExpressionAttributeValues: { ':pk': 'USER#ann', ':first': first, ':last': last },
          ConsistentRead: true,
        }),
      );
      return Items.map((item) => [item.sk, item.title]);
    }

    it('takes a filter by a text: only the items with the attribute are in it, with all attributes', async () => {
      expect(await idsIn('byText', 'sortText', 'TODO#work#', 'TODO#work#Z')).toEqual([
        ['TODO#2', 'Buy milk'],
        ['TODO#4', 'Buy milk'],
      ]);
      expect(await idsIn('byText', 'sortText', ' ', '~')).toHaveLength(3);
    });

    it('takes an order by a number: only the items with the attribute are in it', async () => {
      expect(await idsIn('byNumber', 'sortNumber', -1e9, 1e9)).toEqual([
        ['TODO#4', 'Buy milk'],
        ['TODO#3', 'Buy milk'],
        ['TODO#2', 'Buy milk'],
      ]);
    });
  });
});
