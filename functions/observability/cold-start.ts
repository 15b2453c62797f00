/** What the first log line of an execution environment says about its start. */
export interface ColdStart {
  readonly cold_start: true;
  /** How long the start phase took, in milliseconds. */
  readonly start_ms: number;
}

/** Gives the cold start to its first caller, and undefined to all others. */
export type TakeColdStart = () => ColdStart | undefined;

/**
 * Keeps the duration of the start phase for the first request of the environment. Lambda's own `initDurationMs` is
 * longer by the time before the process of Node.js begins.
 * Source: "Lambda execution environment lifecycle" in the Lambda developer guide.
 * @param startMs `performance.now()` at the end of the start phase: it counts from the begin of the process
 */
export function createColdStart(startMs: number): TakeColdStart {
  let coldStart: ColdStart | undefined = { cold_start: true, start_ms: Math.round(startMs) };
  return () => {
    const taken = coldStart;
    coldStart = undefined;
    return taken;
  };
}
