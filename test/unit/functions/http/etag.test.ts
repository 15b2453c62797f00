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
  it('names the versions of its tags', () => {
    fc.assert(
      fc.property(fc.array(version, { minLength: 1 }), (versions) => {
        expect(parseIfMatch(versions.map(toEtag).join(', '))).toEqual(versions);
      }),
    );
    expect(parseIfMatch('"1","2" ,\t"3"')).toEqual([1, 2, 3]);
  });

  it('expects nothing when it is not sent, and any state when it is *', () => {
    expect(parseIfMatch(undefined)).toBeUndefined();
    expect(parseIfMatch(' * ')).toBe('any');
  });

  it.each([
    ['a weak tag, as the comparison is the strong one', 'W/"1"'],
    ['a tag of no version', '"abc"'],
    ['a version with a leading zero', '"01"'],
    ['version 0', '"0"'],
    ['a negative version', '"-1"'],
    ['a version that a number cannot hold', '"9999999999999999999"'],
    ['a tag without quotes', '1'],
    ['a * in quotes', '"*"'],
    ['nothing', ''],
  ])('matches no version with %s', (_, text) => {
    expect(parseIfMatch(text)).toEqual([]);
  });

  it('keeps the versions between tags that match nothing', () => {
    expect(parseIfMatch('W/"1", "2", "x", "3"')).toEqual([2, 3]);
  });

  it('reads any text as versions that exist, and never fails', () => {
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
    ['the tag as a weak one, as the comparison is the weak one', 'W/"7"'],
    ['*', '*'],
    ['* between spaces', ' * '],
  ])('matches %s', (_, text) => {
    expect(matchesIfNoneMatch(text, toEtag(7))).toBe(true);
  });

  it.each([
    ['no header', undefined],
    ['another tag', '"8"'],
    ['a tag that has it as a part', '"77"'],
    ['the version without quotes', '7'],
    ['a tag that has W/ in its quotes', '"W/7"'],
    ['no tag', ''],
  ])('does not match %s', (_, text) => {
    expect(matchesIfNoneMatch(text, toEtag(7))).toBe(false);
  });

  it('never fails', () => {
    fc.assert(
      fc.property(header, (text) => {
        if (matchesIfNoneMatch(text, '"1"')) expect(text).toMatch(/"1"|^\s*\*\s*$/);
      }),
    );
  });
});

describe('the ETag of a representation that has no version', () => {
  it('is strong, and a digest of the whole', () => {
    const digest = 'CW1ct9Ne-nxyfbnRThZZ0My1uO-Q9OI4S5iWufvyf34';
    expect(toContentEtag({ id: 1, tags: ['a'] })).toBe(`"${digest}"`);
    expect(toContentEtag({ id: 1, tags: ['b'] })).not.toBe(`"${digest}"`);
  });
});

describe('If-Match for an ETag that is no version', () => {
  it.each(['"abc"', '"x", "abc"', ' "abc" ,"x"'])('names it: %s', (header) => {
    expect(namesInIfMatch(header, '"abc"')).toBe(true);
  });

  it.each([
    ['a weak tag, as the comparison is the strong one', 'W/"abc"'],
    ['another tag', '"abcd"'],
    ['a tag without quotes', 'abc'],
    ['*, which names no tag', '*'],
    ['nothing', ''],
  ])('does not name it with %s', (_, header) => {
    expect(namesInIfMatch(header, '"abc"')).toBe(false);
  });
});
