import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inBatches } from '../../../../functions/dynamodb/batches.ts';

describe('batches', () => {
  it('have at most 16 members each, and keep all members in order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 100 }), (keys) => {
        const batches = [...inBatches(keys)];
        expect(batches.flat()).toEqual(keys);
        for (const { length } of batches) expect(length > 0 && length <= 16).toBe(true);
        expect(batches).toHaveLength(Math.ceil(keys.length / 16));
      }),
    );
  });
});
