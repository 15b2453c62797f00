/** A clock in milliseconds since the epoch. It moves only when a test advances it. */
export interface Clock {
  readonly now: () => number;
  advance(milliseconds: number): void;
}

export function createClock(start = Date.parse('2026-06-15T12:00:00Z')): Clock {
  let time = start;
  return {
    now: () => time,
    advance(milliseconds) {
      time += milliseconds;
    },
  };
}
