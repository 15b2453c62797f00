import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { booleanParameter, limitParameter, parseQuery, toBoolean } from '../../../../functions/http/query.ts';
import { problemOf } from '../../../support/problems.ts';

const schema = z.object({ limit: z._default(limitParameter, '20'), open: booleanParameter });
const INVALID = { kind: 'invalid_request', message: 'The query is invalid.' };

describe('a limit', () => {
  it.each(['1', '9', '10', '99', '100', '199', '200'])('can be %s', (limit) => {
    expect(parseQuery(schema, { limit: [limit] })).toEqual({ limit });
  });

  it.each(['', '0', '01', '-1', '1.5', '1e2', ' 1', '1 ', '1x', 'x1', '201', '210', '300', '1000', '2000'])(
    'cannot be %j',
    (limit) => {
      expect(problemOf(() => parseQuery(schema, { limit: [limit] }))).toMatchObject({
        ...INVALID,
        fieldErrors: { limit: ['must be a whole number from 1 to 200'] },
      });
    },
  );
});

describe('a boolean parameter', () => {
  it.each([
    ['true', true],
    ['false', false],
    [undefined, undefined],
  ] as const)('%s is %s', (text, value) => {
    expect(toBoolean(text)).toBe(value);
  });

  it.each(['', '1', 'TRUE', 'yes'])('cannot be %j', (open) => {
    expect(problemOf(() => parseQuery(schema, { open: [open] }))).toMatchObject({
      ...INVALID,
      fieldErrors: { open: ['must be true or false'] },
    });
  });
});

describe('a query', () => {
  it('gets the defaults of its schema', () => {
    expect(parseQuery(schema, { open: ['true'] })).toEqual({ limit: '20', open: 'true' });
  });

  it('treats a parameter without values as missing', () => {
    expect(parseQuery(schema, { limit: undefined, open: [] })).toEqual({ limit: '20' });
  });

  it('is refused with all errors, listed by parameter', () => {
    const query = { limit: ['0'], open: ['true', 'true'], more: ['1'], toString: ['1'] };
    expect(problemOf(() => parseQuery(schema, query))).toMatchObject({
      ...INVALID,
      fieldErrors: {
        limit: ['must be a whole number from 1 to 200'],
        open: ['must be given once'],
        more: ['is no parameter of this route'],
        toString: ['is no parameter of this route'],
      },
    });
  });

  it.each([
    ['a repeated parameter', { open: ['true', 'true'] }, { open: ['must be given once'] }],
    ['an unknown parameter', { more: ['1'] }, { more: ['is no parameter of this route'] }],
    ['a repeated unknown parameter', { more: ['1', '2'] }, { more: ['is no parameter of this route'] }],
  ])('is refused for %s', (_case, query, fieldErrors) => {
    expect(problemOf(() => parseQuery(schema, query)).fieldErrors).toEqual(fieldErrors);
  });
});
