/** What the line of the first request of an execution environment says about its start. */
export interface ColdStart {
  readonly cold_start: true;
  /** How long the start phase took, in milliseconds. */
  readonly start_ms: number;
}

/** Gives the cold start to its first caller, and undefined to all others. */
export type TakeColdStart = () => ColdStart | undefined;

export interface ColdStartTimer {
  /** Notes that the start phase ends at this time, and not when the timer was made. */
  readonly noteEnd: () => void;
  readonly take: TakeColdStart;
}

/**
 * Keeps the duration of the start phase for the first request of the environment. Lambda's own `initDurationMs` is
 * longer by the time before the process of Node.js begins.
 * Source: "Lambda execution environment lifecycle" in the Lambda developer guide.
 * @param sinceStart milliseconds since the process began, such as `performance.now`
 */
export function createColdStart(sinceStart: () => number): ColdStartTimer {
  let startMs = sinceStart();
  let isTaken = false;
  return {
    noteEnd() {
      startMs = sinceStart();
    },
    take() {
      if (isTaken) return undefined;
      isTaken = true;
      return { cold_start: true, start_ms: Math.round(startMs) };
    },
  };
}
