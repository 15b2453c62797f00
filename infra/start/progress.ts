const CLEAR_LINE = '\r\x1b[2K';
const ON_TERMINAL_MS = 1_000;
const PIPED_MS = 10_000;

/** Shows how far a long task is. */
export interface Progress {
  /** Removes the line from the terminal. */
  stop(): void;
}

/**
 * Prints the state of a task: every second in one line of a terminal, otherwise a line every ten seconds.
 * @param describe gives the state after so many seconds
 */
export function showProgress(
  describe: (seconds: number) => string,
  stream: NodeJS.WriteStream = process.stdout,
): Progress {
  const startedAt = performance.now();
  const show = () => {
    const text = describe(Math.round((performance.now() - startedAt) / 1_000));
    stream.write(stream.isTTY ? `${CLEAR_LINE}${text}` : `${text}\n`);
  };
  const timer = setInterval(show, stream.isTTY ? ON_TERMINAL_MS : PIPED_MS);
  return {
    stop() {
      clearInterval(timer);
      if (stream.isTTY) stream.write(CLEAR_LINE);
    },
  };
}

/** Seconds as `45 s`, `2 min` or `2 min 5 s`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  const rest = whole % 60;
  return [
    ...(minutes > 0 ? [`${minutes} min`] : []),
    ...(rest > 0 || minutes === 0 ? [`${rest} s`] : []),
  ].join(' ');
}
