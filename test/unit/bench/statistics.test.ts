import { describe, expect, it } from 'vitest';
import { interleave, median, quantile, quartiles, ratiosByRound } from '../../bench/statistics.ts';

describe('a quantile', () => {
  it('is one of the values, or lies between two of them', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(quantile([1, 2, 3, 4, 5], 1)).toBe(5);
  });

  it('throws an error without values', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('the ratios to a baseline', () => {
  it('compare the values of the same round', () => {
    // The second round was ten times as slow for both.
    expect(ratiosByRound([1, 20, 3], [2, 40, 4])).toEqual([0.5, 0.5, 0.75]);
  });

  it('throw an error when a round has no baseline', () => {
    expect(() => ratiosByRound([1, 2], [1])).toThrow(RangeError);
  });

  it('are shown with their quartiles', () => {
    expect(quartiles([0.5, 0.1, 0.4, 0.2, 0.3])).toBe('0.20–0.40');
  });
});

describe('interleaving', () => {
  it('takes one sample of every variant in each round', async () => {
    const order: string[] = [];
    const sample = (name: string) => () => order.push(name);
    const samples = await interleave({ a: sample('a'), b: sample('b'), c: sample('c') }, 3);
    expect(
      [0, 3, 6].map((start) =>
        order
          .slice(start, start + 3)
          .toSorted()
          .join(''),
      ),
    ).toEqual(['abc', 'abc', 'abc']);
    expect(Object.values(samples).map(({ length }) => length)).toEqual([3, 3, 3]);
  });
});
