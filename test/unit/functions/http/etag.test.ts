import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  matchesIfNoneMatch,
  namesInIfMatch,
  parseIfMatch,
  toContentEtag,
  toEtag,
} from '../../../../functions/http/etag.ts';

const version = fc.integer({ min: 1, max: 999_999_999_999_999 });
const header = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom('"', 'W/', ',', ' ', '*', '0', '1', '9', 'x', '-') }),
);

describe('If-Match', () => {
  it('gives the versions of its tags', () => {
    fc.assert(
      fc.property(fc.array(version, { minLength: 1 }), (versions) => {
        expect(parseIfMatch(versions.map(toEtag).join(', '))).toEqual(versions);
      }),
    );
    expect(parseIfMatch('"1","2" ,\t"3"')).toEqual([1, 2, 3]);
  });

  it('expects nothing when it is missing, and any version when it is *', () => {
    expect(parseIfMatch(undefined)).toBeUndefined();
    expect(parseIfMatch(' * ')).toBe('any');
  });

  it.each([
    ['a weak tag, because the comparison is strong', 'W/"1"'],
    ['a tag that is not a version', '"abc"'],
    ['a version with a leading zero', '"01"'],
    ['version 0', '"0"'],
    ['a negative version', '"-1"'],
    ['a version that is too large for a number', '"9999999999999999999"'],
    ['a tag without quotes', '1'],
    ['a * in quotes', '"*"'],
    ['an empty header', ''],
  ])('matches no version with %s', (_, text) => {
    expect(parseIfMatch(text)).toEqual([]);
  });

  it('keeps the versions among tags that match nothing', () => {
    expect(parseIfMatch('W/"1", "2", "x", "3"')).toEqual([2, 3]);
  });

  it('gives only possible versions for any text, and never throws', () => {
    fc.assert(
      fc.property(header, (text) => {
        const expected = parseIfMatch(text);
        if (expected === 'any') expect(text.trim()).toBe('*');
        else for (const each of expected!) expect(text).toContain(toEtag(each));
      }),
    );
  });
});

describe('If-None-Match', () => {
  it.each([
    ['the tag', '"7"'],
    ['the tag among others', '"6", "7"'],
    ['the tag as a weak tag, because the comparison is weak', 'W/"7"'],
    ['*', '*'],
    ['* between spaces', ' * '],
  ])('matches %s', (_, text) => {
    expect(matchesIfNoneMatch(text, toEtag(7))).toBe(true);
  });

  it.each([
    ['no header', undefined],
    ['another tag', '"8"'],
    ['a tag that contains the version', '"77"'],
    ['the version without quotes', '7'],
    ['a tag with W/ inside its quotes', '"W/7"'],
    ['an empty header', ''],
  ])('does not match %s', (_, text) => {
    expect(matchesIfNoneMatch(text, toEtag(7))).toBe(false);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(header, (text) => {
        if (matchesIfNoneMatch(text, '"1"')) expect(text).toMatch(/"1"|^\s*\*\s*$/);
      }),
    );
  });
});

describe('the ETag of a representation without a version', () => {
  it('is strong, and is a digest of the whole representation', () => {
    const digest = 'CW1ct9Ne-nxyfbnRThZZ0My1uO-Q9OI4S5iWufvyf34';
    expect(toContentEtag({ id: 1, tags: ['a'] })).toBe(`"${digest}"`);
    expect(toContentEtag({ id: 1, tags: ['b'] })).not.toBe(`"${digest}"`);
  });
});

describe('If-Match with an ETag that is not a version', () => {
  it.each(['"abc"', '"x", "abc"', ' "abc" ,"x"'])('matches the ETag: %s', (header) => {
    expect(namesInIfMatch(header, '"abc"')).toBe(true);
  });

  it.each([
    ['a weak tag, because the comparison is strong', 'W/"abc"'],
    ['another tag', '"abcd"'],
    ['a tag without quotes', 'abc'],
    ['*, which is not a tag', '*'],
    ['an empty header', ''],
  ])('does not match the ETag with %s', (_, header) => {
    expect(namesInIfMatch(header, '"abc"')).toBe(false);
  });
});
