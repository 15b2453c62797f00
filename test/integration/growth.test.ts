import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capacityUnits } from '../bench/cost/traffic.ts';
import { load, type Population } from '../bench/growth/data.ts';
import { createOperations, type Operations, pages } from '../bench/growth/operations.ts';
import { engines, startTable, type TestTable } from '../support/engines.ts';

const populations: readonly Population[] = [
  { todos: 10, users: 1 },
  { todos: 1_000, users: 1 },
  { todos: 10, users: 1_000 },
];

describe.each(engines)('on $name', (engine) => {
  describe.runIf(engine.isInstalled)('with any number of todos and users', () => {
    const tables: TestTable[] = [];
    const operations: Operations[] = [];

    beforeAll(async () => {
      for (const population of populations) {
        const table = await startTable(engine);
        tables.push(table);
        await load(table.endpoint, table.tableName, population);
        operations.push(await createOperations(table.client, table.tableName));
      }
    }, 60_000);
    afterAll(async () => {
      await Promise.all(tables.map((table) => table.close()));
    });

    const unitsOf = (name: string) =>
      Promise.all(operations.map(async (each) => (await each[name]?.())?.units));

    it.each(Object.keys(pages))('%s: a page takes one read unit', async (name) => {
      expect(await unitsOf(name)).toEqual([1, 1, 1]);
    });

    it('a get takes one read unit', async () => {
      expect(await unitsOf('get')).toEqual([1, 1, 1]);
    });

    // The embedded engine counts no index writes. The cost model has the units that DynamoDB counts.
    const countsIndexes = engine.name !== 'the embedded engine';

    it('a create takes a write unit for the table, and one for each index', async () => {
      const units = countsIndexes ? capacityUnits.create.write : 1;
      expect(await unitsOf('create')).toEqual(populations.map(() => units));
    });

    it('completing a todo takes a write unit for the table, one for each index, and one more if the key of the index changes', async () => {
      const units = countsIndexes ? capacityUnits.update.write : 1;
      expect(await unitsOf('update: complete one')).toEqual(populations.map(() => units));
    });
  });
});
