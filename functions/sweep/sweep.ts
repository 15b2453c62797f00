import type { Log } from '../observability/logger.ts';
import type { DeletionRecord, UserDeletion } from '../users/deletion.ts';
import type { UserStore } from '../users/store.ts';

export interface SweepDependencies {
  readonly users: Pick<UserStore, 'findAlsoDeleted'>;
  readonly deletion: UserDeletion;
  /** How long after the last link was taken away somebody may still act for a deleted user. */
  readonly graceMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Log;
}

/** Finishes what `DELETE /me` began, as far as there is time; what is left is for the next time. */
export type Sweep = (hasTime: () => boolean) => Promise<void>;

/**
 * Makes the sweep. `DELETE /me` cannot end a deletion: policies that API Gateway cached, and requests that are
 * under way, let the deleted user in for some minutes. So this comes back when they are over, and removes what
 * they left behind and every mark of the deletion. It also finishes deletions that were interrupted.
 * @returns a function that throws when some deletions failed; it tries all the others first
 */
export function createSweep({ users, deletion, graceMs, now, log }: SweepDependencies): Sweep {
  const isOver = (time: number) => now() - time > graceMs;

  async function finish(record: DeletionRecord, hasTime: () => boolean): Promise<string> {
    const { userId, attempt, requestedAt, unlinkedAt } = record;
    const user = await users.findAlsoDeleted(userId);
    if (user && !('deletedAt' in user)) {
      if (!isOver(requestedAt)) return 'undecided';
      await deletion.forgetAttempt(userId, attempt);
      return 'not_deleted';
    }
    if (user && unlinkedAt === undefined) await deletion.unlink(user);
    const isEmpty = await deletion.removeItems(userId, hasTime);
    if (!isEmpty || (user && unlinkedAt === undefined) || !isOver(unlinkedAt ?? requestedAt))
      return 'emptied';
    if (user) await deletion.forget(user);
    await deletion.forgetAttempt(userId, attempt);
    return 'forgotten';
  }

  return async (hasTime) => {
    let failures = 0;
    for await (const record of deletion.records()) {
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
