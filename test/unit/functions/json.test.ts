import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonError, parseJson } from '../../../functions/json.ts';

function errorOf(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    return error;
  }
}

describe('a text that is not JSON', () => {
  it.each([
    ['{"email":"alice@example.com"', 'malformed JSON at position 28'],
    ['{"title":"Buy milk" "alice"}', 'malformed JSON at position 20'],
    ['null alice', 'malformed JSON at position 5'],
    ['"a\nlice"', 'malformed JSON at position 2'],
    ['{"email":alice@example.com}', 'malformed JSON'],
    ['alice', 'malformed JSON'],
    ['alice in JSON at position 5 (line 1 column 6)', 'malformed JSON'],
    ['', 'malformed JSON'],
  ])('is an error that names the position, if it is known: %j', (text, message) => {
    expect(errorOf(text)).toMatchObject({ name: 'JsonError', message });
  });

  it('is an error without any part of the text', { tags: 'random' }, () => {
    const canary = 'ÄÖÜ';
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const error = errorOf(before + canary + after);
        if (error instanceof JsonError) expect(inspect(error)).not.toMatch(/[ÄÖÜ]/);
      }),
    );
  });
});

it('JSON is the value that it stands for', () => {
  expect(parseJson('{"a":["ü",null]}')).toEqual({ a: ['ü', null] });
});
