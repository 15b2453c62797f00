import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** The durations and the outcomes of requests, by the kind of request. */
export interface Measurements {
  /**
   * Sends a request, and records its duration and its status.
   * @throws the error of the request, after it is recorded as the outcome
   */
  measure(kind: string, request: () => Promise<{ readonly status: number }>): Promise<void>;
  /** Records a violation. With any violation, the load test fails. */
  violation(what: string): void;
  readonly violations: readonly string[];
  /**
   * Formats a table of all kinds.
   * @param seconds the duration of the run, for the requests per second
   */
  table(seconds: number): string;
  /** The number of recorded requests. */
  total(): number;
}

interface Kind {
  readonly microseconds: RecordableHistogram;
  readonly statuses: Map<string, number>;
}

const NS_PER_US = 1_000n;

export function createMeasurements(): Measurements {
  const kinds = new Map<string, Kind>();
  const violations: string[] = [];

  const note = (kind: string, outcome: string, startedAt: bigint) => {
    const entry = kinds.get(kind) ?? { microseconds: createHistogram(), statuses: new Map() };
    kinds.set(kind, entry);
    const microseconds = (process.hrtime.bigint() - startedAt) / NS_PER_US;
    entry.microseconds.record(microseconds > 0n ? microseconds : 1n);
    entry.statuses.set(outcome, (entry.statuses.get(outcome) ?? 0) + 1);
  };
  const total = () => [...kinds.values()].reduce((sum, { microseconds }) => sum + microseconds.count, 0);

  return {
    async measure(kind, request) {
      const startedAt = process.hrtime.bigint();
      try {
        const { status } = await request();
        note(kind, String(status), startedAt);
      } catch (error) {
        const { cause, message } = error as Error & { cause?: { code?: string } };
        note(kind, cause?.code ?? message, startedAt);
        throw error;
      }
    },
    violation(what) {
      violations.push(what);
    },
    violations,
    table(seconds) {
      const milliseconds = (histogram: RecordableHistogram, percentile: number) =>
        (histogram.percentile(percentile) / 1_000).toFixed(1).padStart(9);
      const rows = [...kinds].sort().map(([kind, { microseconds, statuses }]) => {
        const outcomes = [...statuses].sort().map(([outcome, count]) => `${outcome}: ${count}`);
        return [
          kind.padEnd(22),
          String(microseconds.count).padStart(8),
          (microseconds.count / seconds).toFixed(1).padStart(8),
          milliseconds(microseconds, 50),
          milliseconds(microseconds, 99),
          `  ${outcomes.join(', ')}`,
        ].join(' ');
      });
      const head = `${'kind'.padEnd(22)} ${'requests'.padStart(8)} ${'per s'.padStart(8)} ${'p50 ms'.padStart(9)} ${'p99 ms'.padStart(9)}   outcomes`;
      return [head, ...rows].join('\n');
    },
    total,
  };
}
