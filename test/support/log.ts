import type { Log } from '../../functions/shared/logger.ts';

export interface LogEntry {
  readonly level: keyof Log;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A log that keeps its entries. */
export function createLogRecorder(): Log & { readonly entries: readonly LogEntry[] } {
  const entries: LogEntry[] = [];
  const record = (level: keyof Log) => (message: string, fields: LogEntry['fields']) => {
    entries.push({ level, message, fields });
  };
  return { entries, info: record('info'), warn: record('warn'), error: record('error') };
}
