import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ulid } from '../../../../functions/dynamodb/ulid.ts';
import { type Cursor, decodeCursor, encodeCursor } from '../../../../functions/todos/cursor.ts';

const id = fc.nat().map(ulid);
const date = fc
  .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((day) => day.toISOString().slice(0, 10));
const cursor: fc.Arbitrary<Cursor> = fc.oneof(
  fc.record({ orderBy: fc.constant('created' as const), id }),
  fc.record({ orderBy: fc.constant('date' as const), id, date }),
);

describe('a cursor', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(cursor, (each) => {
        expect(decodeCursor(encodeCursor(each))).toEqual(each);
      }),
    );
  });

  it('needs no escaping in an address', () => {
    fc.assert(
      fc.property(cursor, (each) => {
        expect(encodeCursor(each)).toMatch(/^[\w-]+$/);
      }),
    );
  });
});

describe('any other text', () => {
  it('is no cursor', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decodeCursor(text)).toBeUndefined();
      }),
    );
  });

  it('is no cursor either when it is almost one', () => {
    const edit = fc.record({ at: fc.nat(60), length: fc.nat(3), text: fc.string({ maxLength: 3 }) });
    fc.assert(
      fc.property(cursor, edit, (each, { at, length, text }) => {
        const encoded = encodeCursor(each);
        const edited = encoded.slice(0, at) + text + encoded.slice(at + length);
        const decoded = decodeCursor(edited);
        if (decoded) expect(encodeCursor(decoded)).toBe(edited);
      }),
    );
  });

  it.each([
    ['characters after it', `${encodeCursor({ orderBy: 'created', id: ulid(1) })}!`],
    ['padding', `${encodeCursor({ orderBy: 'created', id: ulid(1) })}=`],
    ['a third part', Buffer.from(`${ulid(1)}.2026-01-01.x`).toString('base64url')],
    ['an empty date', Buffer.from(`${ulid(1)}.`).toString('base64url')],
    ['another prefix', Buffer.from(`TODO#${ulid(1)}`).toString('base64url')],
    ['nothing', ''],
  ])('is no cursor: %s', (_, text) => {
    expect(decodeCursor(text)).toBeUndefined();
  });
});
