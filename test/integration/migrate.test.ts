import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toItem } from '../../functions/todos/item.ts';
import { localCredentials } from '../../infra/local/dynamodb/engine.ts';
import { type CheckpointFile, openCheckpoint } from '../../infra/migrate/checkpoint.ts';
import { migrate, type Transform } from '../../infra/migrate/copy.ts';
import { temporaryFolder } from '../support/cloud-assembly.ts';
import { engines, startTable, type TestTable } from '../support/engines.ts';
import { projectDir } from '../support/local-process.ts';

const TODOS = 50;
const todo = (n: number) =>
  toItem({
    id: String(n).padStart(3, '0'),
    userId: `user-${n % 3}`,
    ...{ title: `Todo ${n}`, date: '2026-12-24', completed: n % 2 === 0, order: n / 8 },
    ...{ version: 1, createdAt: 0, updatedAt: n },
  });
const profile = {
  pk: 'USER#user-0',
  sk: 'PROFILE',
  identities: new Set(['a', 'b']),
  addresses: { 'a@b.c': 1 },
};

/** Gives each todo a tag, as a new filter would, and leaves profiles out. */
const addTag: Transform = (item) =>
  item.sk === 'PROFILE' ? undefined : { ...item, sortText: `TODO#${item.status === 0 ? 'open' : 'done'}` };

describe.each(engines)('on $name', (engine) => {
  describe.runIf(engine.isInstalled)('a migration', () => {
    const folder = temporaryFolder();
    let source: TestTable;
    let target: TestTable;
    let client: DynamoDBClient;
    let checkpoint: CheckpointFile;
    let lines: string[];
    let runs = 0;

    beforeAll(async () => {
      source = await startTable(engine);
      const items = [profile, ...Array.from({ length: TODOS }, (_, n) => todo(n))];
      for (const Item of items)
        await source.client.send(new PutCommand({ TableName: source.tableName, Item: { ...Item } }));
      client = new DynamoDBClient({
        ...{ endpoint: source.endpoint, region: 'eu-central-1', credentials: localCredentials },
      });
    });
    afterAll(async () => {
      client.destroy();
      await source.close();
      folder.remove();
    });
    beforeEach(async () => {
      target = await source.another();
      checkpoint = openCheckpoint(join(folder.path, `${++runs}.json`));
      lines = [];
    });
    afterEach(() => target.close());

    const run = (options: Partial<Parameters<typeof migrate>[0]> = {}) =>
      migrate({
        ...{ client, source: source.tableName, target: target.tableName, checkpoint },
        ...{ transformation: 'none', pageSize: 10, print: (line) => lines.push(line) },
        ...options,
      });

    it('copies every item as it is, and verifies it by count and checksum', async () => {
      const { count } = await run();
      expect(count).toBe(TODOS + 1);
      expect(await target.items()).toEqual(await source.items());
      expect(lines.at(-1)).toMatch(/^Verified: 51 items with the checksum [0-9a-f]{64} in both tables\.$/);
    });

    it('transforms each item, and leaves out those without a result', async () => {
      const { count } = await run({ transform: addTag, transformation: 'addTag' });
      expect(count).toBe(TODOS);
      const items = await target.items();
      expect(items[0]).toEqual({ ...todo(0), sortText: 'TODO#done' });
      expect(items.filter(({ sortText }) => sortText === 'TODO#open')).toHaveLength(TODOS / 2);
    });

    it('goes on where it was interrupted, and copies no page twice that was complete', async () => {
      let puts = 0;
      const failing = new Proxy(client, {
        get: (inner, name) =>
          name === 'send'
            ? (command: PutItemCommand) => {
                if (command instanceof PutItemCommand && ++puts === 25) throw new Error('The power is out');
                return inner.send(command);
              }
            : Reflect.get(inner, name),
      });
      await expect(run({ client: failing })).rejects.toThrow('The power is out');
      expect(checkpoint.read()).toMatchObject({ read: 20, isComplete: false });
      expect(await target.items()).not.toHaveLength(TODOS + 1);

      await run();
      expect(lines).toContain('Going on after 20 items.');
      expect(lines.filter((line) => line.endsWith('are copied.'))).toContain('30 items are copied.');
      expect(await target.items()).toEqual(await source.items());
    });

    it('goes on after a crash within the first page', async () => {
      const failing = new Proxy(client, {
        get: (inner, name) =>
          name === 'send'
            ? async (command: PutItemCommand) => {
                await inner.send(command);
                if (command instanceof PutItemCommand) throw new Error('The power is out');
              }
            : Reflect.get(inner, name),
      });
      await expect(run({ client: failing })).rejects.toThrow();
      expect((await run()).count).toBe(TODOS + 1);
    });

    it('only verifies when everything is copied', async () => {
      await run();
      lines = [];
      await run();
      expect(lines).toEqual(['Going on after 51 items.', expect.stringMatching(/^Verified: 51 items/)]);
    });

    it.each<[string, () => Promise<unknown>]>([
      [
        'missing',
        async () => {
          const [{ pk, sk } = {}] = await target.items();
          return target.client.send(new DeleteCommand({ TableName: target.tableName, Key: { pk, sk } }));
        },
      ],
      [
        'changed',
        async () => {
          const [first] = await target.items();
          const Item = { ...first, title: 'Changed' };
          return target.client.send(new PutCommand({ TableName: target.tableName, Item }));
        },
      ],
    ])('fails when an item of the target is %s in the end', async (_name, spoil) => {
      await run();
      await spoil();
      await expect(run()).rejects.toThrow(/^The tables differ: \S+ must have 51 items with the checksum/);
    });

    it('fails when the transformation gives two items one key', async () => {
      await expect(run({ transform: (item) => ({ ...item, sk: 'same' }) })).rejects.toThrow(
        /must have 51 items .* and has 3 with/,
      );
    });

    it('refuses a target with items, another transformation than that of the checkpoint, and one table', async () => {
      await target.client.send(new PutCommand({ TableName: target.tableName, Item: profile }));
      await expect(run()).rejects.toThrow(/^The table \S+ has items\. Copy to an empty table/);
      checkpoint.write({
        ...{ source: source.tableName, target: target.tableName, transformation: 'other' },
        ...{ read: 0, isComplete: false },
      });
      await expect(run()).rejects.toThrow(/^The checkpoint is of another copy/);
      await expect(run({ target: source.tableName })).rejects.toThrow('are the same table');
    });

    it('is a command, which creates the target and takes a module', async () => {
      const created = `${target.tableName}-created`;
      const file = join(folder.path, 'transformation.ts');
      writeFileSync(
        file,
        'export default (item: Record<string, unknown>) => ({ ...item, sortNumber: 1 });\n',
      );
      const command = (...args: string[]) =>
        spawnSync(process.execPath, ['infra/migrate/main.ts', ...args], {
          cwd: projectDir,
          encoding: 'utf8',
          env: { ...process.env, DYNAMODB_ENDPOINT: source.endpoint, DATA_DIR: folder.path },
        });
      const { status, stdout, stderr } = command(source.tableName, created, file, '--create');
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(/Created the table .*51 items are copied\.\nVerified: 51 items/s);
      expect(existsSync(join(folder.path, 'migrate', `${source.tableName}-to-${created}.json`))).toBe(true);
      expect(command(source.tableName)).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(/^Name a source and a target: npm run migrate -- /),
      });
    });
  });
});
