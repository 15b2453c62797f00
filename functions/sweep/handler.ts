import type { ScheduledHandler } from 'aws-lambda';
import { requiredSetting } from '../config.ts';
import { createLogger } from '../observability/logger.ts';
import { createUserDeletion } from '../users/deletion.ts';
import { userStoreDependencies } from '../users/route.ts';
import { createUserStore } from '../users/store.ts';
import { createSweep } from './sweep.ts';

/** More than a handful of deletes takes, retries included. */
const RESERVED_MS = 15_000;

const dependencies = userStoreDependencies();
const sweep = createSweep({
  users: createUserStore(dependencies),
  deletion: createUserDeletion(dependencies),
  graceMs: Number(requiredSetting(process.env, 'GRACE_SECONDS')) * 1_000,
  now: Date.now,
  log: createLogger(),
});

/** Runs by schedule: finishes the deletions of users. */
export const handler: ScheduledHandler = (_event, context) =>
  sweep(() => context.getRemainingTimeInMillis() > RESERVED_MS);
