import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ulid } from '../../functions/dynamodb/ulid.ts';
import type { VersionPreconditions } from '../../functions/dynamodb/versions.ts';
import { IdempotencyKeyReusedError } from '../../functions/errors.ts';
import { toItem } from '../../functions/todos/item.ts';
import { createTodoStore, type TodoStore } from '../../functions/todos/store.ts';
import {
  type Todo,
  type TodoChanges,
  type TodoFields,
  TodoNotFound,
  type TodoQuery,
  TodoVersionConflict,
} from '../../functions/todos/todo.ts';
import { around, cutShort, engines, startTable, type TestTable } from '../support/engines.ts';
import { Crash, interleave } from '../support/interleave.ts';
import { allTodos, anyChanges, anyFields } from '../support/todos.ts';

const fields: TodoFields = { title: 'Buy milk', date: '2026-06-15', completed: false, order: null };

describe.each(engines)('the todo store on $name', (engine) => {
  describe.runIf(engine.isInstalled)(engine.isInstalled ? 'works' : 'is skipped: it is not installed', () => {
    let table: TestTable;
    let store: TodoStore;
    let commands: { name: string; input: Record<string, unknown> }[] = [];
    let clock = Date.parse('2026-11-24T00:00:00Z');
    let users = 0;
    const newUser = () => `user-${users++}`;
    const tick = () => ++clock;

    beforeAll(async () => {
      table = await startTable(engine);
      const client = around(table.client, ({ name, input }, send) => {
        commands.push({ name, input: { ...input } });
        return send();
      });
      store = createTodoStore({ client, tableName: table.tableName, now: tick, newId: ulid });
    });
    afterAll(() => table.close());

    const commandsOf = async (action: () => Promise<unknown>) => {
      commands = [];
      await action().catch(() => undefined);
      return commands.map(({ name }) => name);
    };
    const allPages = async (userId: string, query: Partial<TodoQuery>) => {
      const todos: Todo[] = [];
      let after: TodoQuery['after'];
      do {
        const page = await store.list(userId, { ...allTodos, ...query, after });
        todos.push(...page.todos);
        after = page.next;
      } while (after);
      return todos;
    };

    it('reads what it wrote, with one call for each action', async () => {
      const user = newUser();
      const created = await store.create(user, { ...fields, order: -1.5 });
      expect(created).toMatchObject({ ...fields, order: -1.5, userId: user, version: 1 });
      expect(await store.get(user, created.id)).toEqual(created);
      expect((await store.list(user, allTodos)).todos).toEqual([created]);
      expect(await commandsOf(() => store.create(user, fields))).toEqual(['Put']);
      expect(await commandsOf(() => store.get(user, created.id))).toEqual(['Get']);
      expect(await commandsOf(() => store.list(user, allTodos))).toEqual(['Query']);
      expect(await commandsOf(() => store.update(user, created.id, { title: 'X' }))).toEqual(['Update']);
      expect(await commandsOf(() => store.delete(user, created.id))).toEqual(['Delete']);
    });

    it('reads with strong consistency, and with key conditions only', async () => {
      const user = newUser();
      const { id } = await store.create(user, fields);
      commands = [];
      await store.get(user, id);
      for (const orderBy of ['created', 'date'] as const) {
        for (const completed of [undefined, true, false])
          await store.list(user, { ...allTodos, orderBy, completed });
      }
      expect(commands).toHaveLength(7);
      for (const { input } of commands) {
        expect(input).toMatchObject({ ConsistentRead: true });
        expect(input).not.toHaveProperty('FilterExpression');
      }
    });

    it('keeps every index correct after any changes, with one call for each change', async () => {
      await fc.assert(
        fc.asyncProperty(
          anyFields,
          fc.array(anyChanges, { minLength: 1, maxLength: 4 }),
          async (first, changes) => {
            const user = newUser();
            let todo = await store.create(user, first);
            const isNew = (change: TodoChanges) =>
              Object.entries(change).some(([name, value]) => todo[name as keyof Todo] !== value);
            for (const change of changes) {
              // A change to the same values is no change. It has tests of its own.
              if (!isNew(change)) continue;
              expect(
                await commandsOf(async () => {
                  const updated = await store.update(user, todo.id, change);
                  expect(updated).toEqual({
                    ...todo,
                    ...change,
                    version: todo.version + 1,
                    updatedAt: clock,
                  });
                  todo = updated;
                }),
              ).toEqual(['Update']);
            }
            const stored = (await table.items()).find(({ pk }) => pk === `USER#${user}`);
            expect(stored).toMatchObject(toItem(todo));
            for (const orderBy of ['created', 'date'] as const) {
              const { completed, date } = todo;
              expect(await allPages(user, { orderBy, completed })).toEqual([todo]);
              expect(await allPages(user, { orderBy, completed: !completed })).toEqual([]);
              expect(await allPages(user, { orderBy: 'date', dateFrom: date, dateTo: date })).toEqual([todo]);
            }
          },
        ),
        { numRuns: 30 },
      );
    });

    it('pages through hundreds of todos in every order and with every filter, each exactly once', async () => {
      const user = newUser();
      const todos: Todo[] = [];
      for (let i = 0; i < 320; i++) {
        const date = `2026-${String(((i * 5) % 12) + 1).padStart(2, '0')}-10`;
        const given = { ...fields, title: String(i), date, completed: i % 4 === 0 };
        todos.push(await store.create(user, given));
      }
      await store.create(newUser(), fields);

      for (const limit of [7, 100, 200]) {
        for (const completed of [undefined, true, false]) {
          for (const descending of [false, true]) {
            const ofStatus = todos.filter((todo) => completed === undefined || todo.completed === completed);
            const expected = descending ? ofStatus.toReversed() : ofStatus;
            expect(await allPages(user, { limit, completed, descending })).toEqual(expected);

            const range = { dateFrom: '2026-03-01', dateTo: '2026-09-10' };
            const found = await allPages(user, { limit, completed, descending, orderBy: 'date', ...range });
            const inRange = ofStatus.filter(({ date }) => range.dateFrom <= date && date <= range.dateTo);
            expect(found.map(({ id }) => id).sort()).toEqual(inRange.map(({ id }) => id).sort());
            const dates = inRange.map(({ date }) => date).sort();
            expect(found.map(({ date }) => date)).toEqual(descending ? dates.toReversed() : dates);
          }
        }
      }
    });

    it('reports a next page only if there is one', async () => {
      const user = newUser();
      for (let i = 0; i < 4; i++) await store.create(user, fields);
      expect((await store.list(user, { ...allTodos, limit: 4 })).next).toBeUndefined();
      expect((await store.list(user, { ...allTodos, limit: 3 })).next).toBeDefined();
    });

    it('tells a stale version (412) from a missing todo (404)', async () => {
      const user = newUser();
      const { id } = await store.create(user, fields);
      await store.update(user, id, { order: 3 }, { ifMatch: [1] });
      expect(await store.update(user, id, { order: null }, { ifMatch: [7, 2] })).toMatchObject({
        version: 3,
        order: null,
      });
      for (const expected of [{ ifMatch: [1, 2] }, { ifMatch: [] }]) {
        await expect(store.update(user, id, { title: 'X' }, expected)).rejects.toThrow(TodoVersionConflict);
        await expect(store.delete(user, id, expected)).rejects.toThrow(TodoVersionConflict);
      }
      const missing = ulid(0);
      for (const expected of [{}, { ifMatch: 'any' }, { ifMatch: [1] }, { ifNoneMatch: 'any' }] as const) {
        await expect(store.update(user, missing, { title: 'X' }, expected)).rejects.toThrow(TodoNotFound);
        await expect(store.delete(user, missing, expected)).rejects.toThrow(TodoNotFound);
      }
      await store.delete(user, id, { ifMatch: 'any' });
      await expect(store.get(user, id)).rejects.toThrow(TodoNotFound);
    });

    it.each<VersionPreconditions>([{}, { ifMatch: [1] }, { ifMatch: 'any' }, { ifNoneMatch: [7] }])(
      'leaves a todo that has the fields already as it is, with %j',
      async (preconditions) => {
        const user = newUser();
        const todo = await store.create(user, fields);
        const same = { title: fields.title, completed: fields.completed };
        expect(await store.update(user, todo.id, same, preconditions)).toEqual(todo);
        expect(await store.get(user, todo.id)).toEqual(todo);
      },
    );

    it('finds the todos of one user only', async () => {
      const { id } = await store.create(newUser(), fields);
      const other = newUser();
      await expect(store.get(other, id)).rejects.toThrow(TodoNotFound);
      await expect(store.update(other, id, { title: 'X' })).rejects.toThrow(TodoNotFound);
      await expect(store.delete(other, id)).rejects.toThrow(TodoNotFound);
      expect((await store.list(other, allTodos)).todos).toEqual([]);
    });

    it('deletes all todos of a user, or those of one status, and keeps the todos of other users', async () => {
      const [user, other] = [newUser(), newUser()];
      const bystander = await store.create(other, { ...fields, completed: true });
      for (let i = 0; i < 40; i++) await store.create(user, { ...fields, completed: i % 2 === 0 });
      await store.deleteAll(user, true);
      expect((await allPages(user, {})).map(({ completed }) => completed)).toEqual(Array(20).fill(false));
      await store.deleteAll(user, undefined);
      expect(await allPages(user, {})).toEqual([]);
      expect(await store.get(other, bystander.id)).toEqual(bystander);
    });

    it('deletes 25 todos in one call, and todos of one status one by one', async () => {
      const user = newUser();
      for (let i = 0; i < 30; i++) await store.create(user, { ...fields, completed: i < 3 });
      expect(await commandsOf(() => store.deleteAll(user, true))).toEqual([
        'Query',
        'Delete',
        'Delete',
        'Delete',
      ]);
      expect(await commandsOf(() => store.deleteAll(user, undefined))).toEqual([
        'Query',
        'BatchWrite',
        'BatchWrite',
      ]);
      expect(await allPages(user, {})).toEqual([]);
    });

    it('keeps a todo whose status changes while those of its status are deleted', async () => {
      const user = newUser();
      const [first, second] = [await store.create(user, fields), await store.create(user, fields)];
      const racing = around(table.client, async ({ name }, send) => {
        const result = await send();
        if (name === 'Query') await store.update(user, second.id, { completed: true });
        return result;
      });
      const racingStore = createTodoStore({
        client: racing,
        tableName: table.tableName,
        now: tick,
        newId: ulid,
      });
      await racingStore.deleteAll(user, false);
      expect((await allPages(user, {})).map(({ id }) => id)).toEqual([second.id]);
      await expect(store.get(user, first.id)).rejects.toThrow(TodoNotFound);
    });

    it('loses no todo when DynamoDB returns a page before its limit', async () => {
      const user = newUser();
      for (let i = 0; i < 7; i++) await store.create(user, fields);
      const cutting = cutShort(table.client, 2);
      const cut = createTodoStore({ client: cutting, tableName: table.tableName, now: tick, newId: ulid });
      const found: Todo[] = [];
      let after: TodoQuery['after'];
      do {
        const page = await cut.list(user, { ...allTodos, limit: 5, after });
        found.push(...page.todos);
        after = page.next;
      } while (after);
      expect(found).toEqual(await allPages(user, {}));
      await cut.deleteAll(user, undefined);
      expect(await allPages(user, {})).toEqual([]);
    });

    describe('with an idempotency key', () => {
      const once = { key: 'key', fingerprint: 'f' };
      /** Leaves the key as a request does that crashes after it wrote its todo. */
      const unsettle = (user: string, key: string) =>
        table.client.send(
          new UpdateCommand({
            TableName: table.tableName,
            Key: { pk: `USER#${user}`, sk: `IDEMPOTENCY#${key}` },
            UpdateExpression: 'REMOVE settled',
          }),
        );

      it('creates one todo for many simultaneous requests', async () => {
        const user = newUser();
        const todos = await Promise.all(
          Array.from({ length: 10 }, () => store.createOnce(user, fields, once)),
        );
        expect(new Set(todos.map(({ id }) => id)).size).toBe(1);
        expect(await allPages(user, {})).toHaveLength(1);
        await expect(store.createOnce(user, fields, { ...once, fingerprint: 'other' })).rejects.toThrow(
          IdempotencyKeyReusedError,
        );
      });

      it('separates the keys of different users', async () => {
        const [a, b] = await Promise.all(
          [newUser(), newUser()].map((user) => store.createOnce(user, fields, once)),
        );
        expect(a?.id).not.toBe(b?.id);
      });

      it('does not create a deleted todo again', async () => {
        const user = newUser();
        const { id } = await store.createOnce(user, fields, once);
        await store.delete(user, id);
        await expect(store.createOnce(user, fields, once)).rejects.toThrow(TodoNotFound);
        expect(await allPages(user, {})).toEqual([]);
      });

      it.each([
        ['one by one', (user: string, { id }: Todo) => store.delete(user, id)],
        ['all at once', (user: string) => store.deleteAll(user, undefined)],
      ])(
        'does not create a todo again that was deleted (%s) before its key was settled',
        async (_name, remove) => {
          const user = newUser();
          const crashing = around(table.client, async ({ name }, send) => {
            if (name === 'Update') throw new Error('crash');
            return send();
          });
          const crashed = createTodoStore({
            client: crashing,
            tableName: table.tableName,
            now: tick,
            newId: ulid,
          });
          await expect(crashed.createOnce(user, fields, once)).rejects.toThrow('crash');
          const [todo] = await allPages(user, {});
          if (!todo) throw new Error('The request crashed before it wrote the todo.');
          await remove(user, todo);
          await expect(store.createOnce(user, fields, once)).rejects.toThrow(TodoNotFound);
          expect(await allPages(user, {})).toEqual([]);
        },
      );

      it('does not create a todo again, and can be repeated, if a deletion of all crashed before or after any command', async () => {
        const create = (user: string, key: string) => store.createOnce(user, fields, { ...once, key });
        // The query, two settled keys, and a batch or two deletes.
        for (const [completed, commands] of [
          [undefined, 4],
          [false, 5],
        ] as const) {
          for (let atCommand = 1; atCommand <= commands; atCommand++) {
            for (const isSent of [false, true]) {
              const user = newUser();
              const [todo] = [await create(user, 'a'), await create(user, 'b')];
              await unsettle(user, 'a');
              const act = (client: DynamoDBDocumentClient) =>
                createTodoStore({ client, tableName: table.tableName, now: tick, newId: ulid }).deleteAll(
                  user,
                  completed,
                );
              const crashing = { act, crash: { atCommand, isSent } };
              const [end] = await interleave(table.client, [crashing], () => 0);
              expect(end).toMatchObject({ status: 'rejected', reason: expect.any(Crash) });

              const left = await allPages(user, {});
              const again = await create(user, 'a').catch((error: unknown) => error);
              if (left.some(({ id }) => id === todo.id)) expect(again).toEqual(todo);
              else expect(again).toBeInstanceOf(TodoNotFound);
              expect(await allPages(user, {})).toEqual(left);
              await store.deleteAll(user, completed);
              expect(await allPages(user, {})).toEqual([]);
              await expect(create(user, 'a')).rejects.toThrow(TodoNotFound);
            }
          }
        }
      });

      it('adds one write to a deletion, for a day', async () => {
        const user = newUser();
        const [young, old] = [
          await store.createOnce(user, fields, once),
          await store.createOnce(user, fields, { ...once, key: 'other' }),
        ];
        expect(await commandsOf(() => store.delete(user, young.id))).toEqual(['Delete', 'Update']);
        clock += 86_400_000 + 1_000;
        expect(await commandsOf(() => store.delete(user, old.id))).toEqual(['Delete']);
      });

      it('creates a todo with equal creation and update times, even if a later request writes it', async () => {
        const user = newUser();
        let puts = 0;
        const crashing = around(table.client, async ({ name }, send) => {
          if (name === 'Put' && ++puts === 2) throw new Error('crash');
          return send();
        });
        const crashed = createTodoStore({
          client: crashing,
          tableName: table.tableName,
          now: tick,
          newId: ulid,
        });
        await expect(crashed.createOnce(user, fields, once)).rejects.toThrow('crash');
        const { createdAt, updatedAt } = await store.createOnce(user, fields, once);
        expect(updatedAt).toBe(createdAt);
      });

      it('ignores a key after a day, even if the engine has not removed it yet', async () => {
        const user = newUser();
        const first = await store.createOnce(user, fields, once);
        clock += 86_400_000 + 1_000;
        const second = await store.createOnce(user, fields, { ...once, fingerprint: 'other' });
        expect(second.id).not.toBe(first.id);
      });

      it.each([1, 2, 3])(
        'creates one todo if the first request crashed before or after its write %i',
        async (failing) => {
          for (const takesPlace of [false, true]) {
            const user = newUser();
            let writes = 0;
            const crashing = around(table.client, async ({ name }, send) => {
              if (name === 'Get' || ++writes !== failing) return send();
              if (takesPlace) await send();
              throw new Error('crash');
            });
            const crashingStore = createTodoStore({
              client: crashing,
              tableName: table.tableName,
              now: tick,
              newId: ulid,
            });
            await expect(crashingStore.createOnce(user, fields, once)).rejects.toThrow('crash');
            const todo = await store.createOnce(user, fields, once);
            expect(await allPages(user, {})).toEqual([todo]);
          }
        },
      );
    });
  });
});
