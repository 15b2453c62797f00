import type { ScheduledHandler } from 'aws-lambda';
import { requiredSetting } from '../config.ts';
import { primeClient } from '../dynamodb/priming.ts';
import { createLogger } from '../observability/logger.ts';
import { withPriming } from '../priming.ts';
import { storeDependencies } from '../resource-route.ts';
import { createDeletionSteps } from '../users/deletion-steps.ts';
import { createUserStore } from '../users/store.ts';
import { createSweep } from './sweep.ts';

/**
 * More than a batch of deletes and the next Query take: 22 seconds, if each call uses up its attempts and the batch is
 * sent three times.
 */
const RESERVED_MS = 25_000;

const dependencies = storeDependencies();
const log = createLogger(Date.now);
const sweep = createSweep({
  users: createUserStore(dependencies),
  steps: createDeletionSteps(dependencies),
  graceMs: Number(requiredSetting(process.env, 'GRACE_SECONDS')) * 1_000,
  now: Date.now,
  log,
});

const handleSchedule: ScheduledHandler = (_event, context) =>
  sweep(() => context.getRemainingTimeInMillis() > RESERVED_MS);

/** Runs by schedule: finishes the deletions of users. */
export const handler = withPriming(
  handleSchedule,
  [(signal) => primeClient(dependencies, process.env, signal)],
  { log },
);
