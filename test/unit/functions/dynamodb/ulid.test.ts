import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUlid, ulid, ulidTime } from '../../../../functions/dynamodb/ulid.ts';

const LAST_TIME = 2 ** 48 - 1;
const time = fc.integer({ min: 0, max: LAST_TIME });

describe('a ULID', () => {
  it('contains the time of its creation', () => {
    fc.assert(
      fc.property(time, (at) => {
        expect(ulidTime(ulid(at))).toBe(at);
      }),
    );
    expect(ulidTime(ulid(LAST_TIME))).toBe(LAST_TIME);
  });

  it('sorts by this time', () => {
    fc.assert(
      fc.property(time, time, (a, b) => {
        fc.pre(a !== b);
        expect(ulid(a) < ulid(b)).toBe(a < b);
      }),
    );
  });

  it('has the format of the specification', () => {
    expect(ulidTime('01ARYZ6S41TSV4RRFFQ69G5FAV')).toBe(1_469_918_176_385);
    fc.assert(
      fc.property(time, (at) => {
        expect(isUlid(ulid(at))).toBe(true);
      }),
    );
  });

  it('is unique within a millisecond', () => {
    expect(new Set(Array.from({ length: 1_000 }, () => ulid(1))).size).toBe(1_000);
  });
});

describe('a text is not a ULID', () => {
  const valid = '01ARYZ6S41TSV4RRFFQ69G5FAV';

  it.each([
    ['one character too few', valid.slice(1)],
    ['one character too many', `${valid}0`],
    ['lower case', valid.toLowerCase()],
    ['a time of more than 48 bits', `8${valid.slice(1)}`],
    ['a line break at its end', `${valid}\n`],
    ['no character', ''],
    ...['I', 'L', 'O', 'U', '-', 'Ä'].map((character) => [
      `the character ${character}`,
      valid.slice(0, 25) + character,
    ]),
  ])('if it has %s', (_, text) => {
    expect(isUlid(text!)).toBe(false);
  });
});
