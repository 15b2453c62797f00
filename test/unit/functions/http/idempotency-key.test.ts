import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIdempotencyKey, toIdempotency } from '../../../../functions/http/idempotency-key.ts';
import { parseNewTodo } from '../../../../functions/todos/schemas.ts';
import { problemOf } from '../../../support/problems.ts';
import { anyFields } from '../../../support/todos.ts';

const fingerprint = (body: unknown, operation = 'createTodo') =>
  toIdempotency('key', operation, parseNewTodo(body)).fingerprint;

describe('an idempotency key', () => {
  it('is optional', () => {
    expect(parseIdempotencyKey(undefined)).toBeUndefined();
  });

  it.each(['a', '8e03978e-40d5-43dd-bc93-6894a57f9324', '"quoted"', '~'.repeat(255)])('may be %j', (key) => {
    expect(parseIdempotencyKey(key)).toBe(key);
  });

  it.each([
    ['empty', ''],
    ['too long', 'a'.repeat(256)],
    ['not ASCII', 'schlüssel'],
    ['two lines long', 'a\nb'],
    ['followed by a line break', 'a\n'],
    ['a control character', '\u007f'],
  ])('is refused when it is %s', (_, key) => {
    const { kind, message, fieldErrors } = problemOf(() => parseIdempotencyKey(key));
    expect({ kind, message }).toEqual({ kind: 'invalid_request', message: 'A header is invalid.' });
    expect(fieldErrors).toEqual({ 'Idempotency-Key': ['must be 1 to 255 printable ASCII characters'] });
  });
});

describe('the fingerprint of a request', () => {
  const body = { title: 'a', date: '2026-01-01', completed: true, order: 1 };

  it('does not depend on the formatting of the body', () => {
    const { order, ...rest } = body;
    expect(fingerprint({ order, ...rest })).toBe(fingerprint(body));
    expect(fingerprint({ ...body, title: ' a ' })).toBe(fingerprint(body));
    expect(fingerprint({ ...body, id: 'x', unknown: 1 })).toBe(fingerprint(body));
    expect(fingerprint({ title: 'a' })).toBe(fingerprint({ title: 'a', completed: false, order: null }));
  });

  it('does not depend on the order of the parsed fields', () => {
    const parse = (fields: object) => toIdempotency('key', 'createTodo', fields).fingerprint;
    expect(parse({ a: 1, b: 2 })).toBe(parse({ b: 2, a: 1 }));
  });

  it('differs between a body without a date and a body with one', () => {
    expect(fingerprint({ title: 'a' })).not.toBe(fingerprint({ title: 'a', date: '2026-01-01' }));
  });

  it('differs between two operations', () => {
    expect(fingerprint(body, 'createTodo')).not.toBe(fingerprint(body, 'createNote'));
  });

  it('differs between different bodies', () => {
    fc.assert(
      fc.property(anyFields, anyFields, (a, b) => {
        expect(fingerprint(a) === fingerprint(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });

  it.each(Object.entries({ title: 'b', date: '2026-01-02', completed: false, order: null }))(
    'changes with the %s',
    (field, value) => {
      expect(fingerprint({ ...body, [field]: value })).not.toBe(fingerprint(body));
    },
  );

  it('is a digest that does not contain the title', () => {
    expect(fingerprint({ title: 'secret' })).toMatch(/^[\w-]{43}$/);
  });
});
