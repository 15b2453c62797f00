import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type PrimingStep, withPriming } from '../../../functions/priming.ts';
import { createLogRecorder } from '../../support/log.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const never = () => new Promise<never>(() => {});

/** Primes a handler with these steps. `isOver` says whether the start could go on. */
function prime(...steps: PrimingStep[]) {
  const log = createLogRecorder();
  const onEnd = vi.fn();
  const state = { isOver: false };
  const ended = withPriming(async () => {}, steps, { log, onEnd })
    .prime()
    .then(() => {
      state.isOver = true;
    });
  return { state, entries: log.entries, ended, onEnd };
}

/** One warning without measurements: no alarm counts it. */
const warning = (reason: string) => [
  { level: 'warn', message: 'priming', fields: { outcome: 'failed', reason } },
];

describe('a handler with priming', () => {
  it('is the same handler', async () => {
    const handler = async (event: string) => `handled ${event}`;
    const primed = withPriming(handler, [], { log: createLogRecorder() });
    expect(primed).toBe(handler);
    expect(await primed('an event')).toBe('handled an event');
  });

  it('runs all steps at once, and is ready when the last one ends', async () => {
    const first = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    const { state, entries, ended } = prime(
      () => first.promise,
      () => second.promise,
    );
    second.resolve();
    await vi.advanceTimersByTimeAsync(100);
    expect(state.isOver).toBe(false);
    first.resolve();
    await ended;
    expect(entries).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is ready after half a second, whatever its steps do', async () => {
    const { state, entries, ended, onEnd } = prime(never);
    await vi.advanceTimersByTimeAsync(499);
    expect(state.isOver).toBe(false);
    expect(onEnd).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(state.isOver).toBe(true);
    expect(onEnd).toHaveBeenCalledOnce();
    await ended;
    expect(entries).toEqual(warning('PrimingTimeout'));
  });

  it('aborts its steps after half a second, and never before', async () => {
    const signals: AbortSignal[] = [];
    const hangs = prime((signal) => {
      signals.push(signal);
      return never();
    });
    await vi.advanceTimersByTimeAsync(499);
    expect(signals[0]?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(signals[0]?.aborted).toBe(true);
    await hangs.ended;

    const works = prime(async (signal) => signals.push(signal));
    await works.ended;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(signals[1]?.aborted).toBe(false);
  });

  it.each<[string, unknown, string]>([
    ['an error', new TypeError('not in the log'), 'TypeError'],
    [
      'an error of the network',
      Object.assign(new Error('10.0.0.1:443'), { code: 'ECONNREFUSED' }),
      'ECONNREFUSED',
    ],
    ['a text', 'not in the log', 'undefined'],
    ['nothing', undefined, 'undefined'],
  ])('survives %s, and logs its kind only', async (_name, error, reason) => {
    const { entries, ended } = prime(async () => {
      throw error;
    });
    await ended;
    expect(entries).toEqual(warning(reason));
    expect(vi.getTimerCount()).toBe(0);
  });

  it('survives a step that throws before it returns a promise', async () => {
    const { entries, ended } = prime(() => {
      throw new RangeError('at once');
    });
    await ended;
    expect(entries).toEqual(warning('RangeError'));
  });

  it('survives a step that fails after another one threw before it returned a promise', async () => {
    const later = Promise.withResolvers<never>();
    const { entries, ended } = prime(
      () => {
        throw new RangeError('at once');
      },
      () => later.promise,
    );
    // Vitest fails a run that has an unhandled rejection.
    later.reject(new Error('late'));
    await ended;
    expect(entries).toEqual(warning('RangeError'));
  });

  it('waits for the other steps when one fails, so that none of them goes on beside the first request', async () => {
    const other = Promise.withResolvers<void>();
    const { state, entries, ended } = prime(
      () => Promise.reject(new TypeError('first')),
      () => other.promise,
    );
    await vi.advanceTimersByTimeAsync(100);
    expect(state.isOver).toBe(false);
    other.resolve();
    await ended;
    expect(entries).toEqual(warning('TypeError'));
  });

  it('logs one line when several steps fail', async () => {
    const { entries, ended } = prime(
      () => Promise.reject(new TypeError('first')),
      () => Promise.reject(new RangeError('second')),
    );
    await ended;
    expect(entries).toEqual(warning('TypeError'));
  });

  it('logs nothing about a step that fails after the end', async () => {
    const later = Promise.withResolvers<never>();
    const { entries, ended } = prime(() => later.promise);
    await vi.advanceTimersByTimeAsync(500);
    await ended;
    // Vitest fails a run that has an unhandled rejection.
    later.reject(new Error('late'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(entries).toEqual(warning('PrimingTimeout'));
  });
});
