import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type Population } from '../bench/growth/data.ts';
import { createOperations, type Operations, pages } from '../bench/growth/operations.ts';
import { engines, startTable, type TestTable } from '../support/engines.ts';

const populations: readonly Population[] = [
  { todos: 10, users: 1 },
  { todos: 1_000, users: 1 },
  { todos: 10, users: 1_000 },
];

describe.each(engines)('on $name', (engine) => {
  describe.runIf(engine.isInstalled)('however many todos and users there are', () => {
    const tables: TestTable[] = [];
    const operations: Operations[] = [];

    beforeAll(async () => {
      for (const population of populations) {
        const table = await startTable(engine);
        tables.push(table);
        await load(table.client, table.tableName, population);
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

    it('a create takes the same write units, one for the table and one for each index that is counted', async () => {
      const units = await unitsOf('create');
      expect(new Set(units).size).toBe(1);
      // The embedded engine counts no index writes.
      expect(units[0]).toBe(engine.name === 'dynoxide' ? 4 : 1);
    });
  });
});
