import { afterEach, expect, it, vi } from 'vitest';
import { createColdStart } from '../../../functions/observability/cold-start.ts';
import { createLogger } from '../../../functions/observability/logger.ts';
import { requestLog } from '../../../functions/request-log.ts';
import { linesOf } from '../../support/log-lines.ts';

afterEach(() => vi.unstubAllEnvs());

/** The statuses in the log of a function with this share, after these requests. */
async function loggedStatuses(successPercent: string | undefined, statuses: readonly number[]) {
  vi.stubEnv('LOG_SUCCESS_PERCENT', successPercent);
  const request = { requestId: 'r1', route: 'GET /todo', userId: undefined, latencyMs: 1, outcome: 'any' };
  const lines = await linesOf(() => {
    const logRequest = requestLog(createLogger(Date.now), createColdStart(() => 1).take);
    for (const status of statuses) logRequest({ ...request, status });
  });
  return lines.map((line) => JSON.parse(line).status);
}

it('has the first request and each error with LOG_SUCCESS_PERCENT=0', async () => {
  expect(await loggedStatuses('0', [200, 201, 404, 204, 503])).toEqual([200, 404, 503]);
});

it('has each request without LOG_SUCCESS_PERCENT', async () => {
  expect(await loggedStatuses(undefined, [200, 201, 404, 204, 503])).toEqual([200, 201, 404, 204, 503]);
});
