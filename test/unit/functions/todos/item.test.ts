import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { table } from '../../../../functions/dynamodb/keys.ts';
import { ulid } from '../../../../functions/dynamodb/ulid.ts';
import { indexes } from '../../../../functions/table.ts';
import { todoKey, toItem, toQuery, toStartKey, toTodo, toUpdate } from '../../../../functions/todos/item.ts';
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

describe('an update', () => {
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

describe('the query of a list', () => {
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
