import { randomUUID } from 'node:crypto';
import type { EventBridgeEvent } from 'aws-lambda';
import type { Deployment, ScheduleSpec } from './deployment-spec.ts';
import type { InvocationResult } from './lambda/invocation.ts';

export interface Schedules {
  /** Invokes all scheduled functions now, and gives the results. */
  runNow(): Promise<InvocationResult[]>;
  stop(): void;
}

/**
 * Invokes functions at the rates of their rules, as EventBridge does. The first invocation is after one interval. The
 * timers do not keep the process alive.
 */
export function startSchedules(
  { schedules, region, accountId }: Pick<Deployment, 'schedules' | 'region' | 'accountId'>,
  invoke: (functionLogicalId: string, event: unknown) => Promise<InvocationResult>,
): Schedules {
  const run = ({ functionId, arn }: ScheduleSpec) => {
    const event: EventBridgeEvent<'Scheduled Event', object> = {
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: accountId,
      time: new Date().toISOString(),
      region,
      resources: [arn],
      detail: {},
    };
    return invoke(functionId, event);
  };
  const timers = schedules.map((schedule) =>
    setInterval(() => void run(schedule), schedule.intervalMs).unref(),
  );
  return {
    runNow: () => Promise.all(schedules.map(run)),
    stop() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}
