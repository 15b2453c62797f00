import type { ResultTable } from '../bench/part.ts';

/** The memory of the threads of the system, in MB. */
export interface HeapSample {
  /** The heap in use: of the thread of the gateway and the issuer, of the engine's thread, and of all functions. */
  readonly main: number;
  readonly engine: number;
  readonly functions: number;
  /** What V8 has reserved for all these heaps, with the free space in them. */
  readonly reserved: number;
  /** The buffers of all threads, outside of the heaps. */
  readonly external: number;
  /** The number of execution environments. */
  readonly environments: number;
  /** The number of items in the table. */
  readonly items: number;
}

/** The resident memory of the system. Samples of the heaps cost more, so not every sample has them. */
export interface MemorySample {
  /** Seconds since the load began. */
  readonly second: number;
  readonly residentMb: number;
  readonly heaps?: HeapSample;
}

const SECONDS_PER_MINUTE = 60;
const ROWS = 16;
/** The threads, their caches and the data reach their size in this time. The slope of a shorter run says nothing. */
const WARM_UP_SECONDS = 600;

/**
 * The slope of the resident memory by least squares, in MB a minute.
 * @returns NaN with fewer than two samples
 */
export function slopePerMinute(samples: readonly MemorySample[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const time = mean(samples.map(({ second }) => second));
  const resident = mean(samples.map(({ residentMb }) => residentMb));
  let covariance = 0;
  let variance = 0;
  for (const { second, residentMb } of samples) {
    covariance += (second - time) * (residentMb - resident);
    variance += (second - time) ** 2;
  }
  return (covariance / variance) * SECONDS_PER_MINUTE;
}

/** The samples of the second half of the time, when all threads have warmed up. */
export function secondHalf(samples: readonly MemorySample[]): readonly MemorySample[] {
  const end = samples.at(-1)?.second ?? 0;
  return samples.filter(({ second }) => second >= end / 2);
}

/** The curve as a table of at most 16 rows, at about equal distances of time, with the first and the last sample. */
export function memoryTable(samples: readonly MemorySample[]): ResultTable {
  const complete = samples.filter(hasHeaps);
  const step = Math.max(1, (complete.length - 1) / (ROWS - 1));
  const picked = Array.from(
    { length: Math.min(ROWS, complete.length) },
    (_, row) => complete[Math.round(row * step)],
  ).filter((sample) => sample !== undefined);
  const rows = picked.map(({ second, residentMb, heaps }) =>
    [
      second,
      residentMb,
      heaps.reserved,
      heaps.external,
      heaps.main,
      heaps.engine,
      heaps.functions,
      heaps.environments,
      heaps.items,
    ].map((value) => value.toFixed(0)),
  );
  return {
    title: 'Memory of the whole system in MB',
    columns: [
      'second',
      'resident',
      'reserved heaps',
      'buffers',
      'gateway, issuer in use',
      'engine in use',
      'functions in use',
      'environments',
      'items',
    ],
    rows,
    note: describeSlope(samples),
  };
}

function describeSlope(samples: readonly MemorySample[]): string {
  const seconds = samples.at(-1)?.second ?? 0;
  if (seconds < WARM_UP_SECONDS)
    return 'The memory always grows in the first minutes. Only a long run can show a leak: LOAD_SECONDS=3600.';
  return `Slope of the resident memory in the second half: ${slopePerMinute(secondHalf(samples)).toFixed(2)} MB a minute.`;
}

const heapColumns = ['main', 'engine', 'functions', 'reserved', 'external', 'environments', 'items'] as const;

/** All samples as CSV, with empty cells where a sample has no heaps. */
export function memoryCsv(samples: readonly MemorySample[]): string {
  const lines = samples.map(({ second, residentMb, heaps }) =>
    [second, residentMb, ...heapColumns.map((name) => heaps?.[name])].join(','),
  );
  return `${[['second', 'resident', ...heapColumns].join(','), ...lines].join('\n')}\n`;
}

/** Reads samples that `memoryCsv` has written. */
export function parseMemoryCsv(csv: string): MemorySample[] {
  const [, ...lines] = csv.trimEnd().split('\n');
  return lines.map((line) => {
    const [second, residentMb, ...cells] = line.split(',');
    const sample = { second: Number(second), residentMb: Number(residentMb) };
    if (cells.every((cell) => cell === '')) return sample;
    const heaps = Object.fromEntries(heapColumns.map((name, i) => [name, Number(cells[i])]));
    return { ...sample, heaps: heaps as unknown as HeapSample };
  });
}

export type CompleteSample = MemorySample & { readonly heaps: HeapSample };

export function hasHeaps(sample: MemorySample): sample is CompleteSample {
  return sample.heaps !== undefined;
}
