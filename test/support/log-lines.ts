import { vi } from 'vitest';

/** The lines that the code writes to stdout and stderr while it runs. */
export async function linesOf(run: () => unknown): Promise<string[]> {
  const lines: string[] = [];
  const writes = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((text) => lines.push(String(text).trimEnd()) > 0),
  );
  try {
    await run();
  } finally {
    for (const write of writes) write.mockRestore();
  }
  return lines;
}

/**
 * Sets what is in the log lines of a function of production: the time, the namespace of its metrics and the trace.
 * Undo it with `vi.useRealTimers()` and `vi.unstubAllEnvs()`.
 */
export function stubLoggingOfProduction(): void {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 26, 3, 14, 15, 926), toFake: ['Date'] });
  vi.stubEnv('METRICS_NAMESPACE', 'todo-api/prod');
  vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'INFO');
  vi.stubEnv(
    '_X_AMZN_TRACE_ID',
    'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=0',
  );
}
