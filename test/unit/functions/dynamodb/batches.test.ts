import { describe, expect, it } from 'vitest';
import { inBatches } from '../../../../functions/dynamodb/batches.ts';

describe('batches', () => {
  it.each([
    [0, []],
    [1, [1]],
    [4, [4]],
    [5, [4, 1]],
    [10, [4, 4, 2]],
  ])('have at most 4 members each, in their order: %d keys', (count, lengths) => {
    const keys = Array.from({ length: count }, (_, i) => i);
    const batches = [...inBatches(keys)];
    expect(batches.map(({ length }) => length)).toEqual(lengths);
    expect(batches.flat()).toEqual(keys);
  });
});
