import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ulid } from '../../../../functions/dynamodb/ulid.ts';
import { encodeCursor } from '../../../../functions/http/cursor.ts';
import {
  parseClearQuery,
  parseNewTodo,
  parseTodoChanges,
  parseTodoQuery,
  todoCursorParts,
  withDefaultDate,
} from '../../../../functions/todos/schemas.ts';
import type { TodoCursor } from '../../../../functions/todos/todo.ts';
import { expectProblem, problemOf } from '../../../support/problems.ts';
import { anyChanges, anyDate, anyFields } from '../../../support/todos.ts';

const TODAY = '2026-06-15';
const parseNew = (body: unknown) => withDefaultDate(parseNewTodo(body), Date.parse('2026-06-15T23:59:59Z'));
const throughJson = (body: unknown): unknown => JSON.parse(JSON.stringify(body));

const badFields: [field: string, value: unknown, reason: string][] = [
  ['title', '', 'must not be blank'],
  ['title', ' \t\n', 'must not be blank'],
  ['title', 'a'.repeat(1_001), 'must not be longer than 1,000 characters'],
  ['title', '\ud83d', 'must be well-formed Unicode'],
  ['title', null, 'must be a string'],
  ['title', 5, 'must be a string'],
  ['title', ['a'], 'must be a string'],
  ...[
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '2026-1-1',
    '20260101',
    '2026-01-01T00:00:00Z',
    ' 2026-01-01',
    '+002026-01-01',
    '',
    20_260_101,
    null,
  ].map((value): [string, unknown, string] => ['date', value, 'must be a calendar day as YYYY-MM-DD']),
  ...['true', 1, null].map((value): [string, unknown, string] => [
    'completed',
    value,
    'must be true or false',
  ]),
  ...['1', true, [1], Number.NaN, Number.POSITIVE_INFINITY].map((value): [string, unknown, string] => [
    'order',
    value,
    'must be a number or null',
  ]),
  ['order', 2 ** 53, 'must not be greater than 9007199254740991'],
  ['order', -(2 ** 53), 'must not be less than -9007199254740991'],
  ['order', 1e-101, 'must not be closer to 0 than 1e-100'],
  ['order', -Number.MIN_VALUE, 'must not be closer to 0 than 1e-100'],
];

describe('the body of a new todo', () => {
  it('may have all fields of a client, and is not changed', () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        expect(parseNew(throughJson(fields))).toEqual(fields);
      }),
    );
  });

  it('needs only a title', () => {
    expect(parseNew({ title: 'a' })).toEqual({ title: 'a', date: TODAY, completed: false, order: null });
  });

  it('may have members of the server, which are ignored', () => {
    const body = { title: 'a', id: 'x', user: 'bob', url: 1, created_at: null, version: 9, unknown: {} };
    expect(parseNew(body)).toEqual({ title: 'a', date: TODAY, completed: false, order: null });
  });

  it('is trimmed', () => {
    expect(parseNew({ title: '\u00a0 a b \n' }).title).toBe('a b');
  });

  it('may have a title of 1,000 characters, each counted once', () => {
    expect(parseNew({ title: '😀'.repeat(1_000) }).title).toHaveLength(2_000);
    expect(parseNew({ title: ` ${'a'.repeat(1_000)} ` }).title).toHaveLength(1_000);
    expectProblem(() => parseNew({ title: '😀'.repeat(1_001) }), 'invalid_request', {
      title: ['must not be longer than 1,000 characters'],
    });
  });

  it.each(['2024-02-29', '2000-02-29', '0000-01-01', '9999-12-31'])('may have the date %s', (date) => {
    expect(parseNew({ title: 'a', date }).date).toBe(date);
  });

  it('may have any calendar day, and no other text of the same form', () => {
    const part = (digits: number, max: number) =>
      fc.nat({ max }).map((number) => String(number).padStart(digits, '0'));
    const likeDate = fc.tuple(part(4, 9_999), part(2, 15), part(2, 35)).map((parts) => parts.join('-'));
    const isDay = (text: string) =>
      new Date(`${text}T00:00:00Z`).toString() !== 'Invalid Date' &&
      new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
    fc.assert(
      fc.property(fc.oneof(likeDate, anyDate), (date) => {
        if (isDay(date)) expect(parseNew({ title: 'a', date }).date).toBe(date);
        else
          expectProblem(() => parseNew({ title: 'a', date }), 'invalid_request', {
            date: [expect.any(String)] as never,
          });
      }),
    );
  });

  it.each(badFields)('is refused with the %s %j', (field, value, reason) => {
    expectProblem(() => parseNew({ title: 'a', [field]: value }), 'invalid_request', { [field]: [reason] });
  });

  it('is refused without a title', () => {
    expectProblem(() => parseNew({}), 'invalid_request', { title: ['is required'] });
  });

  it('is refused with all its errors at once', () => {
    const body = { date: 'today', completed: 'no', order: 'first' };
    expectProblem(() => parseNew(body), 'invalid_request', {
      title: ['is required'],
      date: ['must be a calendar day as YYYY-MM-DD'],
      completed: ['must be true or false'],
      order: ['must be a number or null'],
    });
  });

  it.each([null, [], 'text', 5, true])('is refused when it is not an object: %j', (body) => {
    const { kind, message, fieldErrors } = problemOf(() => parseNew(body));
    expect(kind).toBe('invalid_request');
    expect(message).toBe('The body must be a JSON object.');
    expect(fieldErrors).toBeUndefined();
  });

  it('is not affected by a member __proto__', () => {
    const body = JSON.parse('{"title":"a","__proto__":{"completed":true}}');
    expect(parseNew(body)).toEqual({ title: 'a', date: TODAY, completed: false, order: null });
  });
});

describe('the body of a change', () => {
  it('may have any fields of a todo, and gives only these', () => {
    fc.assert(
      fc.property(anyChanges, (changes) => {
        expect(parseTodoChanges(throughJson(changes))).toEqual(changes);
      }),
    );
  });

  it('may be empty, and may have members of the server, which are ignored', () => {
    expect(parseTodoChanges({})).toEqual({});
    expect(parseTodoChanges({ id: 'x', user: 'bob', unknown: 1 })).toEqual({});
  });

  it.each(badFields)('is refused with the %s %j', (field, value, reason) => {
    expectProblem(() => parseTodoChanges({ [field]: value }), 'invalid_request', { [field]: [reason] });
  });

  it.each([null, [], 'text'])('is refused when it is not an object: %j', (body) => {
    expectProblem(() => parseTodoChanges(body), 'invalid_request');
  });
});

type Query = Readonly<Record<string, string | readonly string[]>>;
const toQuery = (query: Query) =>
  Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value].flat()]));
const parseList = (query: Query) => parseTodoQuery(toQuery(query));

describe('the query of a list', () => {
  const defaults = {
    limit: 100,
    orderBy: 'created',
    descending: false,
    completed: undefined,
    dateFrom: undefined,
    dateTo: undefined,
    after: undefined,
  };

  it('may be empty', () => {
    expect(parseList({})).toEqual(defaults);
  });

  it.each<[Query, object]>([
    [{ limit: '1' }, { limit: 1 }],
    [{ limit: '200' }, { limit: 200 }],
    [{ completed: 'true' }, { completed: true }],
    [{ completed: 'false' }, { completed: false }],
    [{ ordering: '-created' }, { descending: true }],
    [{ ordering: 'date' }, { orderBy: 'date' }],
    [{ ordering: '-date' }, { orderBy: 'date', descending: true }],
    [{ date_from: TODAY }, { orderBy: 'date', dateFrom: TODAY }],
    [{ date_to: TODAY }, { orderBy: 'date', dateTo: TODAY }],
    [
      { date_from: TODAY, date_to: TODAY },
      { orderBy: 'date', dateFrom: TODAY, dateTo: TODAY },
    ],
  ])('%j is accepted', (query, expected) => {
    expect(parseList(query)).toEqual({ ...defaults, ...expected });
  });

  it.each(['0', '201', '-1', '1.5', '1e2', ' 1', '01', '', 'all', '１'])(
    'is refused with the limit %j',
    (limit) => {
      expectProblem(() => parseList({ limit }), 'invalid_request', {
        limit: ['must be a whole number from 1 to 200'],
      });
    },
  );

  it.each<[string, string, string]>([
    ['completed', 'yes', 'must be true or false'],
    ['completed', '', 'must be true or false'],
    ['completed', 'TRUE', 'must be true or false'],
    ['date_from', '2026-02-30', 'must be a calendar day as YYYY-MM-DD'],
    ['date_to', 'today', 'must be a calendar day as YYYY-MM-DD'],
    ['ordering', 'title', 'must be one of date, -date, created, -created'],
    ['ordering', '', 'must be one of date, -date, created, -created'],
  ])('is refused with %s=%s', (name, value, reason) => {
    expectProblem(() => parseList({ [name]: value }), 'invalid_request', { [name]: [reason] });
  });

  it('is refused with all its errors at once', () => {
    const query = { limit: '0', completed: 'x', date_from: 'x', date_to: 'x', ordering: ['date', 'created'] };
    const { fieldErrors } = problemOf(() => parseList(query));
    expect(Object.keys(fieldErrors ?? {}).sort()).toEqual(Object.keys(query).sort());
    expect(fieldErrors?.ordering).toEqual(['must be given once']);
  });

  it('is refused with all errors at once if parameters contradict each other', () => {
    const query = { ordering: 'created', date_from: '2026-02-01', date_to: '2026-01-01', cursor: 'x' };
    expectProblem(() => parseList(query), 'invalid_request', {
      ordering: ['must be date or -date together with date_from or date_to'],
      date_from: ['must not be after date_to'],
      cursor: ['is not a cursor of this list: take it from the Link header'],
    });
  });

  it('is refused with a parameter given twice', () => {
    expectProblem(() => parseList({ limit: ['1', '1'] }), 'invalid_request', {
      limit: ['must be given once'],
    });
  });

  it.each([
    ['page', 'is no parameter of this route'],
    ['complete', 'is no parameter of this route: did you mean completed?'],
    ['dateFrom', 'is no parameter of this route: did you mean date_from?'],
  ])('is refused with an unknown parameter: %s', (name, reason) => {
    expectProblem(() => parseList({ [name]: '2' }), 'invalid_request', { [name]: [reason] });
  });

  it.each(['created', '-created'])('is refused with a date range in the order %s', (ordering) => {
    expectProblem(() => parseList({ ordering, date_from: TODAY }), 'invalid_request', {
      ordering: ['must be date or -date together with date_from or date_to'],
    });
  });

  it('is refused with a date range that ends before it begins', () => {
    expectProblem(() => parseList({ date_from: '2026-01-02', date_to: '2026-01-01' }), 'invalid_request', {
      date_from: ['must not be after date_to'],
    });
  });
});

describe('the cursor of a list', () => {
  const byCreation = { orderBy: 'created', id: ulid(1) } as const;
  const byDate = { orderBy: 'date', id: ulid(1), date: TODAY } as const;
  const cursorOf = (cursor: TodoCursor) => encodeCursor(todoCursorParts(cursor));
  const refusal = { cursor: ['is not a cursor of this list: take it from the Link header'] };

  it('gives the start of the page', () => {
    expect(parseList({ cursor: cursorOf(byCreation) }).after).toEqual(byCreation);
    expect(parseList({ cursor: cursorOf(byDate), ordering: '-date' }).after).toEqual(byDate);
    expect(parseList({ cursor: cursorOf(byDate), date_from: TODAY, date_to: TODAY }).after).toEqual(byDate);
  });

  it.each<[string, Query]>([
    ['it cannot be decoded', { cursor: 'x' }],
    ['it is empty', { cursor: '' }],
    ['its date is empty', { cursor: encodeCursor([ulid(1), '']), ordering: 'date' }],
    ['its date is invalid', { cursor: encodeCursor([ulid(1), '2026-6-1']), ordering: 'date' }],
    ['it has a third part', { cursor: encodeCursor([ulid(1), TODAY, 'x']), ordering: 'date' }],
    ['its id is invalid', { cursor: encodeCursor([`TODO#${ulid(1)}`]) }],
    ['it belongs to the order created', { cursor: cursorOf(byCreation), ordering: 'date' }],
    ['it belongs to the order date', { cursor: cursorOf(byDate) }],
    ['it is before the range', { cursor: cursorOf(byDate), date_from: '2026-06-16' }],
    ['it is after the range', { cursor: cursorOf(byDate), date_to: '2026-06-14' }],
  ])('is refused when %s', (_, query) => {
    expectProblem(() => parseList(query), 'invalid_request', refusal);
  });
});

describe('the query of DELETE /todo', () => {
  it.each<[Query, boolean | undefined]>([
    [{}, undefined],
    [{ completed: 'true' }, true],
    [{ completed: 'false' }, false],
  ])('%j is accepted', (query, completed) => {
    expect(parseClearQuery(toQuery(query))).toEqual({ completed });
  });

  it.each(['complete', 'Completed', 'completed[]', 'completed ', '__proto__', 'limit', ''])(
    'is refused with an unknown parameter, such as a misspelt filter: %j',
    (name) => {
      expectProblem(() => parseClearQuery(toQuery(Object.fromEntries([[name, 'true']]))), 'invalid_request', {
        [name]: [expect.stringMatching(/^is no parameter of this route/)] as never,
      });
    },
  );

  it.each<[Query]>([[{ completed: '' }], [{ completed: 'True' }], [{ completed: ['true', 'true'] }]])(
    'is refused when it is %j, because a deletion cannot be undone',
    (query) => {
      expectProblem(() => parseClearQuery(toQuery(query)), 'invalid_request', {
        completed: [expect.any(String)] as never,
      });
    },
  );
});
