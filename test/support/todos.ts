import fc from 'fast-check';
import { ulid, ulidTime } from '../../functions/dynamodb/ulid.ts';
import { parseTodoQuery } from '../../functions/todos/schemas.ts';
import type { Todo, TodoChanges, TodoFields, TodoQuery } from '../../functions/todos/todo.ts';

/** Any calendar day that a todo can have, as `YYYY-MM-DD`. */
export const anyDate: fc.Arbitrary<string> = fc
  .date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

/** Any title after trimming. */
export const anyTitle: fc.Arbitrary<string> = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 50 })
  .map((text) => text.trim())
  .filter((text) => text !== '' && text.isWellFormed());

/** Any order that a todo can have. Minus zero is left out, because JSON and DynamoDB store it as zero. */
export const anyOrder: fc.Arbitrary<number | null> = fc.option(
  fc
    .double({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER, noNaN: true })
    .filter((number) => Object.is(number, 0) || Math.abs(number) >= 1e-100),
);

export const anyFields: fc.Arbitrary<TodoFields> = fc.record({
  title: anyTitle,
  date: anyDate,
  completed: fc.boolean(),
  order: anyOrder,
});

export const anyChanges: fc.Arbitrary<TodoChanges> = fc.record(
  { title: anyTitle, date: anyDate, completed: fc.boolean(), order: anyOrder },
  { requiredKeys: [] },
);

const anyTime = fc.nat({ max: 2 ** 47 });

export const anyTodo: fc.Arbitrary<Todo> = fc
  .tuple(anyFields, fc.uuid(), anyTime.map(ulid), fc.integer({ min: 1 }), anyTime)
  .map(([fields, userId, id, version, updatedAt]) => ({
    ...fields,
    id,
    userId,
    version,
    createdAt: ulidTime(id),
    updatedAt,
  }));

export const someFields: TodoFields = {
  title: 'Buy milk',
  date: '2026-06-15',
  completed: false,
  order: null,
};

/** The query of a list without parameters. It lists the first hundred todos. */
export const allTodos: TodoQuery = parseTodoQuery({});
