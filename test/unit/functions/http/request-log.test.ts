import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  createRequestLog,
  type HandledRequest,
  hasLine,
  type RequestLogOptions,
} from '../../../../functions/http/request-log.ts';
import { createColdStart } from '../../../../functions/observability/cold-start.ts';
import { createLogger } from '../../../../functions/observability/logger.ts';
import { linesOf, stubLoggingOfProduction } from '../../../support/log-lines.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

/** The lines that a function of production writes for these requests. */
function logged(
  requests: readonly Partial<HandledRequest>[],
  {
    successPercent = 1,
    random = () => 0.5,
    takeColdStart = () => undefined,
  }: Partial<RequestLogOptions> = {},
): Promise<string[]> {
  stubLoggingOfProduction();
  const logRequest = createRequestLog({ log: createLogger(Date.now), takeColdStart, successPercent, random });
  const request = {
    requestId: '0f8fad5b-d9cb-469f-a165-70867728950e',
    route: 'GET /todo',
    userId: '01KB6VDEXAMP1E0F0F0F0T0D0X',
    status: 200,
    latencyMs: 12,
    outcome: 'ok',
  };
  return linesOf(() => {
    for (const changes of requests) logRequest({ ...request, ...changes });
  });
}

/** What the logger puts in front of the fields. */
const head = (level: string) =>
  `{"level":"${level}","message":"request","timestamp":"2026-11-26T03:14:15.926Z","service":"todo-api",` +
  '"sampling_rate":0,"xray_trace_id":"1-5759e988-bd862e3fe1be46a994272793",';

describe('the line of a request', () => {
  it('has ids, codes and numbers', async () => {
    const [line] = await logged([{}], { successPercent: 100 });
    expect(line).toBe(
      `${head('INFO')}"request_id":"0f8fad5b-d9cb-469f-a165-70867728950e","route":"GET /todo",` +
        '"user_id":"01KB6VDEXAMP1E0F0F0F0T0D0X","status":200,"latency_ms":12,"outcome":"ok"}',
    );
    // Each byte of all lines costs $0.0005 for a million requests. CloudWatch adds 26 bytes to each line.
    expect(Buffer.byteLength(String(line))).toBeLessThanOrEqual(323);
  });

  it('is left out for most successful requests', async () => {
    expect(await logged([{}, { status: 201 }, { status: 204 }, { status: 304 }])).toEqual([]);
  });

  it('has the kind of the problem for a 4xx, whatever the share of successful requests is', async () => {
    expect(await logged([{ status: 404, outcome: 'not_found' }], { successPercent: 0 })).toEqual([
      `${head('INFO')}"request_id":"0f8fad5b-d9cb-469f-a165-70867728950e","route":"GET /todo",` +
        '"user_id":"01KB6VDEXAMP1E0F0F0F0T0D0X","status":404,"latency_ms":12,"outcome":"not_found"}',
    ]);
  });

  it('has the error and the metric for a 500, whatever the share of successful requests is', async () => {
    const error = Object.assign(new TypeError('x is not a function'), { stack: undefined });
    expect(await logged([{ status: 500, outcome: 'internal_error', error }], { successPercent: 0 })).toEqual([
      `${head('ERROR')}"request_id":"0f8fad5b-d9cb-469f-a165-70867728950e","route":"GET /todo",` +
        '"user_id":"01KB6VDEXAMP1E0F0F0F0T0D0X","status":500,"latency_ms":12,"outcome":"internal_error",' +
        '"error":{"name":"TypeError","location":"","message":"x is not a function"},' +
        '"InternalErrors":1,"_aws":{"Timestamp":1795662855926,"CloudWatchMetrics":[{"Namespace":"todo-api/prod",' +
        '"Dimensions":[[],["route"]],"Metrics":[{"Name":"InternalErrors"}]}]}}',
    ]);
  });

  it('has the error and no metric for a 503, which is no bug', async () => {
    const [line] = await logged([{ status: 503, outcome: 'unavailable', error: new Error('down') }]);
    expect(JSON.parse(String(line))).toMatchObject({
      level: 'ERROR',
      status: 503,
      error: { message: 'down' },
    });
    expect(line).not.toContain('_aws');
  });

  it('has the cold start for the first request of an environment, and only for this one', async () => {
    const takeColdStart = createColdStart(() => 181.6).take;
    expect(await logged([{}, {}], { successPercent: 0, takeColdStart })).toEqual([
      '{"level":"INFO","message":"request","timestamp":"2026-11-26T03:14:15.926Z","service":"todo-api",' +
        '"cold_start":true,"sampling_rate":0,"xray_trace_id":"1-5759e988-bd862e3fe1be46a994272793",' +
        '"request_id":"0f8fad5b-d9cb-469f-a165-70867728950e","route":"GET /todo",' +
        '"user_id":"01KB6VDEXAMP1E0F0F0F0T0D0X","status":200,"latency_ms":12,"outcome":"ok","start_ms":182}',
    ]);
  });
});

describe('a successful request', () => {
  it.each([
    [1, 0, true],
    [1, 0.009_9, true],
    [1, 0.01, false],
    [1, 0.5, false],
    [50, 0.499_9, true],
    [50, 0.5, false],
    [0, 0, false],
    [100, 0.999_999, true],
  ])('with a share of %s %% and the random number %s: has a line is %s', (percent, random, expected) => {
    for (const status of [200, 201, 204, 304])
      expect(hasLine({ status, isFirst: false }, percent, () => random)).toBe(expected);
  });

  it('has a line when it is the first of its environment', () => {
    expect(hasLine({ status: 200, isFirst: true }, 0, () => 0.5)).toBe(true);
  });
});

describe('an error', () => {
  it.each([400, 401, 403, 404, 412, 422, 500, 503])('has a line without a random number: %s', (status) => {
    const random = () => {
      throw new Error('an error is never left to chance');
    };
    expect(hasLine({ status, isFirst: false }, 0, random)).toBe(true);
  });
});
