import { describe, expect, it } from 'vitest';
import { readLargest } from '../../bench/growth/part.ts';

describe('GROWTH', () => {
  it('is the size of the largest tables, 100,000 by default', () => {
    expect(readLargest(undefined)).toBe(100_000);
    expect(readLargest('')).toBe(100_000);
    expect(readLargest('1000000')).toBe(1_000_000);
  });

  it.each(['1000', '10', '-5', '1e3', '2000.5', 'many'])('is not %s', (setting) => {
    expect(() => readLargest(setting)).toThrow(
      `GROWTH must be a whole number above 1000, not ${JSON.stringify(setting)}.`,
    );
  });
});
