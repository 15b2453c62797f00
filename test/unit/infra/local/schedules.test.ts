import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startSchedules } from '../../../../infra/local/schedules.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const deployment = {
  region: 'eu-central-1',
  accountId: '123456789012',
  schedules: [
    { logicalId: 'Rule', arn: 'arn:aws:events:rule/Rule', intervalMs: 3_600_000, functionId: 'Sweep' },
  ],
};

test('a function is invoked after each interval, with the event of EventBridge, until it is stopped', async () => {
  const invoke = vi.fn(
    async (_functionId: string, _event: unknown) => ({ ok: true, payload: null }) as const,
  );
  const schedules = startSchedules(deployment, invoke);
  vi.advanceTimersByTime(3_599_999);
  expect(invoke).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(invoke.mock.calls).toEqual([
    [
      'Sweep',
      expect.objectContaining({
        source: 'aws.events',
        'detail-type': 'Scheduled Event',
        resources: ['arn:aws:events:rule/Rule'],
        detail: {},
      }),
    ],
  ]);
  vi.advanceTimersByTime(3_600_000);
  expect(invoke).toHaveBeenCalledTimes(2);

  schedules.stop();
  vi.advanceTimersByTime(7_200_000);
  expect(invoke).toHaveBeenCalledTimes(2);
});

test('a function can be invoked before its interval ends', async () => {
  const schedules = startSchedules(deployment, async () => ({
    ok: false,
    errorType: 'E',
    errorMessage: 'm',
  }));
  expect(await schedules.runNow()).toEqual([{ ok: false, errorType: 'E', errorMessage: 'm' }]);
  schedules.stop();
});
