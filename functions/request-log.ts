import { createRequestLog, type LogRequest } from './http/request-log.ts';
import type { TakeColdStart } from './observability/cold-start.ts';
import type { Log } from './observability/logger.ts';

/** Wires the log of requests to the environment of the function. */
export function requestLog(log: Log, takeColdStart: TakeColdStart): LogRequest {
  return createRequestLog({
    log,
    takeColdStart,
    successPercent: Number(process.env.LOG_SUCCESS_PERCENT ?? 100),
    random: Math.random,
  });
}
