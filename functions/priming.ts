import type { Log } from './observability/logger.ts';

/** A part of the priming. It must end when the signal aborts. */
export type PrimingStep = (signal: AbortSignal) => Promise<unknown>;

/** A handler that can prepare itself for its first event. */
export type Primed<Handler> = Handler & {
  /** Never rejects. The bundle waits for it before the function gets an event (infra/build/bundle.ts). */
  readonly prime: () => Promise<void>;
};

export interface PrimingOptions {
  readonly log: Pick<Log, 'warn'>;
  /** Called when the start phase ends, after a failed priming too. */
  readonly onEnd?: () => void;
}

/** How much longer a start may take because of the priming. */
const LIMIT_MS = 500;

/**
 * Gives a handler its priming, which does the work of the first request before there is one. Lambda runs the start
 * phase with a whole processor, and a request only with the share that the memory size has. A priming that fails or
 * takes too long is a warning in the log, and the first request does the work.
 * @param steps the parts of the priming, which run at the same time
 */
export function withPriming<Handler extends object>(
  handler: Handler,
  steps: readonly PrimingStep[],
  { log, onEnd = () => {} }: PrimingOptions,
): Primed<Handler> {
  return Object.assign(handler, {
    async prime() {
      const limit = new AbortController();
      const { promise: late, reject } = Promise.withResolvers<never>();
      const timer = setTimeout(() => {
        limit.abort();
        reject(new PrimingTimeout());
      }, LIMIT_MS);
      try {
        // It waits for the other steps when one fails, so that none of them goes on beside the first request.
        const started = steps.map(async (step) => step(limit.signal));
        for (const end of await Promise.race([Promise.allSettled(started), late])) {
          if (end.status === 'rejected') throw end.reason;
        }
      } catch (error) {
        log.warn('priming', { outcome: 'failed', reason: kindOf(error) });
      } finally {
        clearTimeout(timer);
        onEnd();
      }
    },
  });
}

class PrimingTimeout extends Error {
  override readonly name = 'PrimingTimeout';
}

/** The code of an error of the network, such as ECONNREFUSED, or else the name of its class. */
function kindOf(error: unknown): string {
  const { code, name } = Object(error) as { code?: unknown; name?: unknown };
  return String(code ?? name);
}
