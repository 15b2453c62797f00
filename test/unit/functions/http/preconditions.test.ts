import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failedPrecondition, readPreconditions } from '../../../../functions/http/preconditions.ts';
import { problemOf } from '../../../support/problems.ts';

const read = (headers: Readonly<Record<string, string>>) => readPreconditions((name) => headers[name]);
const ifMatch = (value: string) => read({ 'If-Match': value }).ifMatch;

describe('the preconditions of a request', () => {
  it('are undefined without the headers', () => {
    expect(read({})).toEqual({ ifMatch: undefined, ifNoneMatch: undefined });
  });

  it('are the entity tags of both headers', () => {
    expect(read({ 'If-Match': '"1"', 'If-None-Match': 'W/"a", "b"' })).toEqual({
      ifMatch: ['"1"'],
      ifNoneMatch: ['W/"a"', '"b"'],
    });
  });

  it.each<[string, string | string[]]>([
    ['*', '*'],
    [' * ', '*'],
    ['"1"', ['"1"']],
    ['"1","2" ,\t"3"', ['"1"', '"2"', '"3"']],
    [', "1",, ', ['"1"']],
    ['""', ['""']],
    ['"*"', ['"*"']],
    ['"a,b", "c"', ['"a,b"', '"c"']],
    ['W/"é"', ['W/"é"']],
  ])('are read from %j', (value, tags) => {
    expect(ifMatch(value)).toEqual(tags);
  });

  it.each([
    '',
    ' ',
    ',',
    'abc',
    '1',
    '"1',
    '1"',
    '"1""',
    '"1" "2"',
    '*, "1"',
    '"1", *',
    'w/"1"',
    'W/1',
    '"a b"',
  ])('are refused, and never ignored, when a header is malformed: %j', (value) => {
    for (const name of ['If-Match', 'If-None-Match']) {
      expect(problemOf(() => read({ [name]: value }))).toMatchObject({
        kind: 'invalid_request',
        message: 'A header is invalid.',
        fieldErrors: { [name]: ['must be * or a list of entity tags in double quotes, such as "1"'] },
      });
    }
  });

  it('have at most 100 entity tags', () => {
    const tags = (count: number) => Array.from({ length: count }, (_, i) => `"${i}"`).join();
    expect(ifMatch(tags(100))).toHaveLength(100);
    expect(problemOf(() => ifMatch(tags(101))).fieldErrors).toEqual({
      'If-Match': ['must have at most 100 entity tags'],
    });
  });

  it('are either all that a header names, or an error', () => {
    const text = fc.string({ unit: fc.constantFrom('"', 'W/', ',', ' ', '*', '1', 'a') });
    fc.assert(
      fc.property(text, (value) => {
        let tags: ReturnType<typeof ifMatch>;
        try {
          tags = ifMatch(value);
        } catch {
          return;
        }
        if (tags !== '*')
          expect(tags?.join('').length).toBe(value.replace(/ |,(?=[^"]*(?:"[^"]*"[^"]*)*$)/g, '').length);
      }),
    );
  });
});

describe('a precondition that a state with the ETag "7" does not fulfil', () => {
  it.each([
    [{ 'If-Match': '"7"' }, undefined],
    [{ 'If-Match': '"6", "7"' }, undefined],
    [{ 'If-Match': '*' }, undefined],
    [{ 'If-Match': '"6"' }, 'If-Match'],
    [{ 'If-Match': 'W/"7"' }, 'If-Match'],
    [{ 'If-None-Match': '"6"' }, undefined],
    [{ 'If-None-Match': '"7"' }, 'If-None-Match'],
    [{ 'If-None-Match': 'W/"7"' }, 'If-None-Match'],
    [{ 'If-None-Match': '*' }, 'If-None-Match'],
    [{ 'If-Match': '"7"', 'If-None-Match': '"7"' }, 'If-None-Match'],
    [{ 'If-Match': '"6"', 'If-None-Match': '"7"' }, 'If-Match'],
    [{}, undefined],
  ])('of %j is %s', (headers, failed) => {
    expect(failedPrecondition(read(headers), '"7"')).toBe(failed);
  });
});

describe('a state with a weak ETag', () => {
  it.each([
    [{ 'If-Match': 'W/"7"' }, 'If-Match'],
    [{ 'If-Match': '"7"' }, 'If-Match'],
    [{ 'If-Match': '*' }, undefined],
    [{ 'If-None-Match': 'W/"7"' }, 'If-None-Match'],
    [{ 'If-None-Match': '"7"' }, 'If-None-Match'],
    [{ 'If-None-Match': '"8"' }, undefined],
  ])('matches weakly only: %j', (headers, failed) => {
    expect(failedPrecondition(read(headers), 'W/"7"')).toBe(failed);
  });
});
