import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { table } from '../../../../functions/dynamodb/keys.ts';
import { ulid, ulidTime } from '../../../../functions/dynamodb/ulid.ts';
import { indexes } from '../../../../functions/table.ts';
import {
  todoKey,
  toItem,
  toQuery,
  toStartKey,
  toStatusCondition,
  toTodo,
  toUpdate,
} from '../../../../functions/todos/item.ts';
import type { Todo, TodoCursor, TodoSelection } from '../../../../functions/todos/todo.ts';
import { anyChanges, anyDate, anyTodo } from '../../../support/todos.ts';

const anyFilter = fc.option(fc.boolean(), { nil: undefined });
const sortKeys = new Map<string | undefined, string>([
  [undefined, table.sortKey],
  ...Object.entries(indexes).map(([name, { sortKey }]) => [name, sortKey] as const),
]);

describe('an item', () => {
  it('gives the same todo that was written', () => {
    fc.assert(
      fc.property(anyTodo, (todo) => {
        expect(toTodo(todo.userId, toItem(todo))).toEqual(todo);
      }),
    );
  });

  it('is in the partition of its user', () => {
    expect(todoKey('alice', '01').pk).not.toBe(todoKey('bob', '01').pk);
    expect(todoKey('alice', '01').pk).toBe(todoKey('alice', '02').pk);
  });
});

const ID = '01KB6VDEXAMP1E0F0F0F0T0D0X';
const UPDATED_AT = Date.parse('2026-06-16');
const todo: Todo = {
  ...{ id: ID, userId: 'ann', title: 'Buy milk', date: '2026-12-24', completed: false, order: null },
  ...{ version: 3, createdAt: ulidTime(ID), updatedAt: UPDATED_AT },
};

describe('the attributes of a todo', () => {
  it('are those that existing tables have', () => {
    expect(toItem(todo)).toEqual({
      pk: 'USER#ann',
      sk: `TODO#${ID}`,
      title: 'Buy milk',
      day: 20_261_224,
      status: 0,
      statusId: `0#${ID}`,
      statusDay: 20_261_224,
      version: 3,
      updatedAt: UPDATED_AT,
    });
    expect(toItem({ ...todo, completed: true, order: -1.5 }, 'a key')).toMatchObject({
      status: 100_000_000,
      statusId: `1#${ID}`,
      statusDay: 120_261_224,
      order: -1.5,
      idempotencyKey: 'a key',
    });
  });

  it('can have the first and the last day of the calendar', () => {
    for (const date of ['0000-01-01', '9999-12-31']) {
      expect(toTodo('ann', toItem({ ...todo, date })).date).toBe(date);
    }
  });
});

describe('an update', () => {
  const stamp = { updatedAt: UPDATED_AT, writeId: 'w' };
  const stamped = { '#version': 'version', '#updatedAt': 'updatedAt', '#writeId': 'writeId' };
  const indexed = { '#statusDay': 'statusDay', '#status': 'status', '#day': 'day' };
  const values = { ':one': 1, ':updatedAt': UPDATED_AT, ':writeId': 'w' };
  const SET = 'SET #version = #version + :one, #updatedAt = :updatedAt, #writeId = :writeId';

  it('writes the given fields, and leaves the sort keys that do not follow from them', () => {
    expect(toUpdate(ID, { title: 'Buy bread', order: 7 }, stamp)).toMatchObject({
      UpdateExpression: `${SET}, #title = :title, #order = :order`,
      ExpressionAttributeNames: { ...stamped, '#title': 'title', '#order': 'order' },
      ExpressionAttributeValues: { ...values, ':title': 'Buy bread', ':order': 7 },
      unchanged: 'attribute_exists(#version) AND #title = :title AND #order = :order',
    });
  });

  it('removes an order', () => {
    expect(toUpdate(ID, { order: null }, stamp)).toMatchObject({
      UpdateExpression: `${SET} REMOVE #order`,
      ExpressionAttributeNames: { ...stamped, '#order': 'order' },
      ExpressionAttributeValues: values,
      unchanged: 'attribute_exists(#version) AND attribute_not_exists(#order)',
    });
  });

  it('lets DynamoDB add the status that it does not know', () => {
    expect(toUpdate(ID, { date: '2026-12-25' }, stamp)).toMatchObject({
      UpdateExpression: `${SET}, #day = :day, #statusDay = #status + :day`,
      ExpressionAttributeNames: { ...stamped, ...indexed },
      ExpressionAttributeValues: { ...values, ':day': 20_261_225 },
    });
  });

  it('lets DynamoDB add the day that it does not know', () => {
    expect(toUpdate(ID, { completed: true }, stamp)).toMatchObject({
      UpdateExpression: `${SET}, #status = :status, #statusId = :statusId, #statusDay = :status + #day`,
      ExpressionAttributeNames: { ...stamped, ...indexed, '#statusId': 'statusId' },
      ExpressionAttributeValues: { ...values, ':status': 100_000_000, ':statusId': `1#${ID}` },
    });
  });

  it('has exactly the names and values that its expression uses, because DynamoDB requires it', () => {
    fc.assert(
      fc.property(anyChanges, (changes) => {
        const update = toUpdate(ulid(1), changes, { updatedAt: 1, writeId: ulid(2) });
        const used = (pattern: RegExp) => [...new Set(update.UpdateExpression.match(pattern))].sort();
        expect(Object.keys(update.ExpressionAttributeNames).sort()).toEqual(used(/#\w+/g));
        expect(Object.keys(update.ExpressionAttributeValues).sort()).toEqual(used(/:\w+/g));
      }),
    );
  });

  it('would change nothing when it is of no field', () => {
    const { unchanged, isUnchanged } = toUpdate(ID, {}, stamp);
    expect(unchanged).toBe('attribute_exists(#version)');
    expect(isUnchanged({ title: 'Buy milk' })).toBe(true);
  });

  it.each([
    [{ title: 'Buy milk', order: null }, true],
    [{ date: '2026-12-24', completed: false }, true],
    [{ title: 'Buy bread' }, false],
    [{ order: 0 }, false],
    [{ completed: true }, false],
  ])('knows whether it would change an item: %j', (changes, isUnchanged) => {
    const item = { title: 'Buy milk', day: 20_261_224, status: 0, statusId: `0#${ID}`, version: 3 };
    expect(toUpdate(ID, changes, stamp).isUnchanged(item)).toBe(isUnchanged);
  });

  it('knows its own write', () => {
    const { isOwnWrite } = toUpdate(ID, { title: 'Buy bread' }, stamp);
    expect(isOwnWrite({ writeId: stamp.writeId })).toBe(true);
    expect(isOwnWrite({ writeId: 'other' })).toBe(false);
  });

  it('assigns no attribute twice', () => {
    fc.assert(
      fc.property(anyChanges, (changes) => {
        const targets = toUpdate(ulid(1), changes, {
          updatedAt: 1,
          writeId: ulid(2),
        }).UpdateExpression.match(/#\w+(?= =)|(?<=REMOVE )#\w+/g)!;
        expect(new Set(targets).size).toBe(targets.length);
      }),
    );
  });
});

/** Returns the sort keys of the todos in the index of the query, and the bounds of the query. */
function serve(todo: Todo, selection: TodoSelection) {
  const query = toQuery(todo.userId, selection);
  const sortKey = sortKeys.get(query.IndexName)!;
  expect(query.ExpressionAttributeNames).toEqual({ '#pk': 'pk', '#sortKey': sortKey });
  const value = (toItem(todo) as Readonly<Record<string, string | number>>)[sortKey]!;
  const { ':prefix': prefix, ':first': first, ':last': last } = query.ExpressionAttributeValues ?? {};
  return prefix === undefined ? first <= value && value <= last : String(value).startsWith(prefix);
}

describe('the condition of a delete of one status', () => {
  it.each([
    [true, 100_000_000],
    [false, 0],
  ])('is that the todo still has it: completed %s', (completed, status) => {
    expect(toStatusCondition(completed)).toEqual({
      ConditionExpression: '#status = :status',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':status': status },
    });
  });
});

describe('the query of a list', () => {
  const all = { completed: undefined, dateFrom: undefined, dateTo: undefined };
  const between = '#pk = :pk AND #sortKey BETWEEN :first AND :last';

  it.each<[TodoSelection, string | undefined, string, object]>([
    [
      { ...all, orderBy: 'created' },
      undefined,
      '#pk = :pk AND begins_with(#sortKey, :prefix)',
      { ':prefix': 'TODO#' },
    ],
    [
      { ...all, orderBy: 'created', completed: true },
      'byStatus',
      between,
      { ':first': '1#', ':last': '1#Z' },
    ],
    [
      { ...all, orderBy: 'created', completed: false },
      'byStatus',
      between,
      { ':first': '0#', ':last': '0#Z' },
    ],
    [{ ...all, orderBy: 'date' }, 'byDay', between, { ':first': 0, ':last': 99_999_999 }],
    [
      { ...all, orderBy: 'date', completed: true, dateFrom: '2026-06-01' },
      'byStatusAndDay',
      between,
      { ':first': 120_260_601, ':last': 199_999_999 },
    ],
    [
      { ...all, orderBy: 'date', completed: false, dateTo: '2026-06-30' },
      'byStatusAndDay',
      between,
      { ':first': 0, ':last': 20_260_630 },
    ],
  ])('is one key condition: %j', (selection, IndexName, KeyConditionExpression, bounds) => {
    const query = toQuery('ann', selection);
    expect(query).toMatchObject({
      KeyConditionExpression,
      ExpressionAttributeValues: { ':pk': 'USER#ann', ...bounds },
    });
    expect(query.IndexName).toBe(IndexName);
  });

  const isWithin = (date: string, from = date, to = date) => from <= date && date <= to;

  it('finds a todo if and only if it is selected', () => {
    fc.assert(
      fc.property(
        anyTodo,
        anyFilter,
        fc.option(anyDate, { nil: undefined }),
        fc.option(anyDate, { nil: undefined }),
        (todo, completed, dateFrom, dateTo) => {
          const hasStatus = completed === undefined || todo.completed === completed;
          const all = { completed, dateFrom: undefined, dateTo: undefined };
          expect(serve(todo, { ...all, orderBy: 'created' })).toBe(hasStatus);
          expect(serve(todo, { orderBy: 'date', completed, dateFrom, dateTo })).toBe(
            hasStatus && isWithin(todo.date, dateFrom, dateTo),
          );
        },
      ),
    );
  });

  it('includes the first and the last day', () => {
    fc.assert(
      fc.property(anyTodo, anyFilter, (todo, completed) => {
        const selection = { orderBy: 'date' as const, completed, dateFrom: todo.date, dateTo: todo.date };
        expect(serve(todo, selection)).toBe(completed === undefined || todo.completed === completed);
      }),
    );
  });
});

describe('the start key of a page', () => {
  it('is the key of the last todo in the index of the query', () => {
    const toCursor = ({ id, date }: Todo, orderBy: TodoCursor['orderBy']): TodoCursor =>
      orderBy === 'date' ? { orderBy, id, date } : { orderBy, id };
    fc.assert(
      fc.property(
        anyTodo,
        fc.constantFrom('created' as const, 'date' as const),
        anyFilter,
        (todo, orderBy, filter) => {
          const completed = filter === undefined ? undefined : todo.completed;
          const selection = { orderBy, completed, dateFrom: undefined, dateTo: undefined };
          const sortKey = sortKeys.get(toQuery(todo.userId, selection).IndexName)!;
          const keys = new Set([table.partitionKey, table.sortKey, sortKey]);
          const expected = Object.entries(toItem(todo)).filter(([name]) => keys.has(name));
          const startKey = toStartKey(todo.userId, toCursor(todo, orderBy), completed);
          expect(startKey).toEqual(Object.fromEntries(expected));
        },
      ),
    );
  });
});
