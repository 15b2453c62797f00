import { describe, expect, it } from 'vitest';
import {
  type MemorySample,
  memoryCsv,
  memoryTable,
  parseMemoryCsv,
  secondHalf,
  slopePerMinute,
} from '../../load/memory-curve.ts';

const heaps = {
  main: 20,
  engine: 30,
  functions: 400,
  reserved: 700,
  external: 12.5,
  environments: 24,
  items: 1_600,
};
const flat: readonly MemorySample[] = [0, 30, 60, 90].map((second) => ({ second, residentMb: 900 }));
const growing: readonly MemorySample[] = [
  { second: 0, residentMb: 900 },
  { second: 30, residentMb: 904 },
  { second: 60, residentMb: 904 },
  { second: 90, residentMb: 908 },
];

describe('the slope of the memory', () => {
  it('is 0 for a flat curve', () => {
    expect(slopePerMinute(flat)).toBe(0);
  });

  it('is in MB a minute, by least squares', () => {
    expect(slopePerMinute(growing)).toBeCloseTo(4.8, 10);
  });

  it('is taken from the second half of the time', () => {
    expect(secondHalf(growing)).toEqual([
      { second: 60, residentMb: 904 },
      { second: 90, residentMb: 908 },
    ]);
    const long = growing.map(({ second, residentMb }) => ({ second: 10 * second, residentMb }));
    expect(memoryTable(long).note).toBe('Slope of the resident memory in the second half: 0.80 MB a minute.');
  });

  it('is not shown for less than ten minutes, because the threads warm up', () => {
    expect(memoryTable([...growing, { second: 599, residentMb: 900 }]).note).not.toContain('Slope');
    expect(memoryTable([...growing, { second: 600, residentMb: 900 }]).note).toContain('Slope');
  });
});

it('shows at most 16 rows of samples with heaps, the first and the last among them', () => {
  const samples = Array.from({ length: 101 }, (_, second) => ({ second, residentMb: 1_000, heaps }));
  const { rows } = memoryTable([...samples, { second: 101, residentMb: 1_000 }]);
  expect(rows).toHaveLength(16);
  expect(rows[0]).toEqual(['0', '1000', '700', '13', '20', '30', '400', '24', '1600']);
  expect(rows[15]?.[0]).toBe('100');
  expect(memoryTable(samples.slice(0, 2)).rows.map(([second]) => second)).toEqual(['0', '1']);
});

describe('the CSV of all samples', () => {
  const samples: readonly MemorySample[] = [
    { second: 1, residentMb: 900.5, heaps },
    { second: 2, residentMb: 901 },
  ];

  it('has empty cells for heaps that were not measured', () => {
    expect(memoryCsv(samples)).toBe(
      'second,resident,main,engine,functions,reserved,external,environments,items\n' +
        '1,900.5,20,30,400,700,12.5,24,1600\n' +
        '2,901,,,,,,,\n',
    );
  });

  it('is read as it was written', () => {
    expect(parseMemoryCsv(memoryCsv(samples))).toEqual(samples);
  });
});
