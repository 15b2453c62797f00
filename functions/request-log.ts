import { createRequestLog, type LogRequest } from './http/request-log.ts';
import { createColdStart } from './observability/cold-start.ts';
import { createLogger } from './observability/logger.ts';

/** Wires the log of requests to the environment of the function. It counts as the end of the start phase. */
export function requestLog(): LogRequest {
  return createRequestLog({
    log: createLogger(Date.now),
    takeColdStart: createColdStart(performance.now()),
    successPercent: Number(process.env.LOG_SUCCESS_PERCENT ?? 100),
    random: Math.random,
  });
}
