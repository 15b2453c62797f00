import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUlid, ulid } from '../../../../functions/dynamodb/ulid.ts';
import { decodeCursor, encodeCursor, parseIdCursor } from '../../../../functions/http/cursor.ts';
import { expectProblem } from '../../../support/problems.ts';

const anyPart = fc.string({ unit: 'grapheme' }).filter((part) => !part.includes('.') && part.isWellFormed());
const anyParts = fc.array(anyPart, { minLength: 1, maxLength: 3 });

describe('a cursor', () => {
  it('is decoded to the same parts', () => {
    fc.assert(
      fc.property(anyParts, (parts) => {
        expect(decodeCursor(encodeCursor(parts))).toEqual(parts);
      }),
    );
  });

  it('needs no escaping in a URL', () => {
    fc.assert(
      fc.property(anyParts, (parts) => {
        expect(encodeCursor(parts)).toMatch(/^[\w-]*$/);
      }),
    );
  });

  it('has only one spelling: another text is invalid, or the cursor of another place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const parts = decodeCursor(text);
        if (parts) expect(encodeCursor(parts)).toBe(text);
      }),
    );
  });

  it.each([
    ['additional characters', `${encodeCursor([ulid(1)])}!`],
    ['padding', `${encodeCursor([ulid(1)])}=`],
    ['bytes that are not UTF-8', Buffer.from([0xff]).toString('base64url')],
  ])('is invalid with %s', (_, text) => {
    expect(decodeCursor(text)).toBeUndefined();
  });
});

describe('the cursor of a list that is ordered by id', () => {
  it('gives the id', () => {
    expect(parseIdCursor(encodeCursor([ulid(1)]), isUlid)).toMatch(/^0000000001/);
    expect(parseIdCursor(undefined, isUlid)).toBeUndefined();
  });

  it.each([
    ['a second part', encodeCursor([ulid(1), '2026-01-01'])],
    ['a part that is not an id', encodeCursor(['TODO'])],
    ['not a cursor', '!'],
    ['empty', ''],
  ])('is refused when it is %s', (_, text) => {
    expectProblem(() => parseIdCursor(text, isUlid), 'invalid_request', {
      cursor: ['is not a cursor of this list: take it from the Link header'],
    });
  });
});
