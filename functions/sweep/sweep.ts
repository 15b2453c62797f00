import type { Log } from '../observability/logger.ts';
import type { DeletionSteps } from '../users/deletion-steps.ts';
import type { DeletionRecord } from '../users/item.ts';
import type { UserStore } from '../users/store.ts';

export interface SweepDependencies {
  readonly users: Pick<UserStore, 'findAlsoDeleted'>;
  readonly steps: DeletionSteps;
  /** How long somebody may still act for a deleted user after the last link was removed. */
  readonly graceMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Log;
}

/** Finishes what `DELETE /me` began while there is time. The next run does what is left. */
export type Sweep = (hasTime: () => boolean) => Promise<void>;

/** How a deletion stands after a run of the sweep. */
type Outcome = 'undecided' | 'not_deleted' | 'emptied' | 'forgotten';

/**
 * Makes the sweep. `DELETE /me` cannot finish a deletion: cached policies of API Gateway and requests under way can
 * act for the deleted user for some minutes. When these minutes are over, the sweep deletes what was written meanwhile
 * and every mark of the deletion. It also finishes deletions that were interrupted.
 * @returns a function that tries all deletions, and throws when some of them failed
 */
export function createSweep({ users, steps, graceMs, now, log }: SweepDependencies): Sweep {
  const isOver = (time: number) => now() - time > graceMs;

  async function finish(record: DeletionRecord, hasTime: () => boolean): Promise<Outcome> {
    const { userId, attempt, requestedAt, unlinkedAt } = record;
    const user = await users.findAlsoDeleted(userId);
    if (user?.kind === 'active') {
      if (!isOver(requestedAt)) return 'undecided';
      await steps.forgetMarks(user, now() - graceMs);
      await steps.forgetAttempt(userId, attempt);
      return 'not_deleted';
    }
    if (user && unlinkedAt === undefined) await steps.unlink(user);
    const isEmpty = await steps.deleteItems(userId, hasTime);
    if (!isEmpty || (user && unlinkedAt === undefined) || !isOver(unlinkedAt ?? requestedAt)) {
      return 'emptied';
    }
    if (user) await steps.forget(user);
    await steps.forgetAttempt(userId, attempt);
    return 'forgotten';
  }

  return async (hasTime) => {
    let failures = 0;
    for await (const record of steps.records()) {
      if (!hasTime()) break;
      try {
        log.info('deletion', { user_id: record.userId, outcome: await finish(record, hasTime) });
      } catch (error) {
        failures += 1;
        log.error('deletion', { user_id: record.userId, outcome: 'failed', error });
      }
    }
    if (failures > 0) throw new Error(`${failures} deletions could not be finished`);
  };
}
