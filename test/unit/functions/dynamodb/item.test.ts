import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  boolean,
  itemReader,
  number,
  optional,
  string,
  stringSet,
} from '../../../../functions/dynamodb/item.ts';

const read = itemReader('note', {
  text: string,
  version: number,
  isPinned: optional(boolean),
  tags: optional(stringSet),
});
const item = { text: 'Buy milk', version: 1, isPinned: false, tags: new Set(['home']) };

describe('reading an item', () => {
  it('returns the attributes of the schema, and drops the others', () => {
    expect(read({ ...item, other: 1 })).toEqual(item);
  });

  it('omits an optional attribute that the item does not have', () => {
    expect(read({ text: '', version: 0 })).toEqual({ text: '', version: 0 });
  });

  it('returns the type of the schema', () => {
    expectTypeOf(read(item).text).toEqualTypeOf<string>();
    expectTypeOf(read(item).isPinned).toEqualTypeOf<boolean | undefined>();
    expectTypeOf(read(item).tags).toEqualTypeOf<ReadonlySet<string> | undefined>();
  });

  it.each([
    ['text', undefined],
    ['text', 1],
    ['text', null],
    ['version', '1'],
    ['isPinned', 'true'],
    ['isPinned', null],
    ['tags', ['home']],
    ['tags', new Set([1])],
    ['tags', new Set(['home', 1])],
  ])('refuses it when the attribute %s is %j, and shows no value', (name, value) => {
    const malformed = { ...item, [name]: value };
    expect(() => read(malformed)).toThrow(
      expect.objectContaining({
        name: 'MalformedItemError',
        message: `Malformed note: attribute ${name}`,
      }),
    );
  });
});
