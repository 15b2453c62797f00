import type { Log } from '../../functions/observability/logger.ts';
import type { Measurements } from '../../functions/observability/metrics.ts';

export interface LogEntry {
  readonly level: keyof Log;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly measurements?: Measurements;
}

/** Creates a log that keeps its entries. */
export function createLogRecorder(): Log & { readonly entries: readonly LogEntry[] } {
  const entries: LogEntry[] = [];
  const record =
    (level: keyof Log) => (message: string, fields: LogEntry['fields'], measurements?: Measurements) => {
      entries.push({ level, message, fields, ...(measurements && { measurements }) });
    };
  return { entries, info: record('info'), warn: record('warn'), error: record('error') };
}
