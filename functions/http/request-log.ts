import type { TakeColdStart } from '../observability/cold-start.ts';
import type { Log } from '../observability/logger.ts';

/** A request with its response. */
export interface HandledRequest {
  readonly requestId: string;
  /** The method and the path of the route, such as `GET /todo/{id}`. */
  readonly route: string;
  readonly userId: string | undefined;
  readonly status: number;
  readonly latencyMs: number;
  /** `ok`, or the kind of the problem. */
  readonly outcome: string;
  readonly error?: unknown;
}

export interface RequestLogOptions {
  readonly log: Log;
  readonly takeColdStart: TakeColdStart;
  /** How many of a hundred successful requests get a line. */
  readonly successPercent: number;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** Writes the line of a request, or leaves it out. */
export type LogRequest = (request: HandledRequest) => void;

/** Makes the log of a function's requests. `hasLine` decides which of them get a line. */
export function createRequestLog({
  log,
  takeColdStart,
  successPercent,
  random,
}: RequestLogOptions): LogRequest {
  return ({ requestId, route, userId, status, latencyMs, outcome, error }) => {
    const coldStart = takeColdStart();
    if (!hasLine({ status, isFirst: coldStart !== undefined }, successPercent, random)) return;
    const fields = {
      request_id: requestId,
      route,
      user_id: userId,
      status,
      latency_ms: latencyMs,
      outcome,
      ...coldStart,
    };
    if (status < 500) log.info('request', fields);
    else log.error('request', { ...fields, error }, status === 500 ? { InternalErrors: 1 } : undefined);
  };
}

/**
 * Whether a request gets a line. A successful one gets it by chance, because the access log of the gateway has all that
 * the line says. An error and the first request of an environment always get one.
 * @param successPercent from 0 (no success) to 100 (each)
 * @param random from 0 up to 1
 */
export function hasLine(
  { status, isFirst }: { readonly status: number; readonly isFirst: boolean },
  successPercent: number,
  random: () => number,
): boolean {
  return status >= 400 || isFirst || 100 * random() < successPercent;
}
