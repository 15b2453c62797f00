import { describe, expect, it } from 'vitest';
import { createSweep } from '../../../../functions/sweep/sweep.ts';
import type { DeletionRecord } from '../../../../functions/users/item.ts';
import type { DeletedUser, User } from '../../../../functions/users/user.ts';
import { createLogRecorder } from '../../../support/log.ts';

const NOW = 1_000_000;
const GRACE_MS = 400_000;
/** The last time that is still within the grace period. */
const IN_GRACE = NOW - GRACE_MS;
const PAST_GRACE = IN_GRACE - 1;

const user: User = {
  ...{ kind: 'active', id: 'ann', email: 'ann@example.com', createdAt: 1 },
  ...{ identities: [], releasedAt: {}, blockedAt: undefined, revision: 0 },
};
const deleted: DeletedUser = { ...user, kind: 'deleted', deletedAt: 2 };
const record: DeletionRecord = {
  userId: 'ann',
  attempt: 'a',
  requestedAt: PAST_GRACE,
  unlinkedAt: PAST_GRACE,
};

interface World {
  readonly records?: readonly DeletionRecord[];
  readonly profile?: User | DeletedUser | undefined;
  readonly isEmpty?: boolean;
  readonly failure?: Error;
}

function setUp({ records = [record], profile, isEmpty = true, failure }: World) {
  const done: string[] = [];
  const log = createLogRecorder();
  const steps = {
    async *records() {
      yield* records;
    },
    unlink: async () => void done.push('unlink'),
    deleteItems: async () => {
      done.push('deleteItems');
      return isEmpty;
    },
    forget: async () => void done.push('forget'),
    forgetMarks: async (_user: User, before: number) => void done.push(`forgetMarks ${before}`),
    forgetAttempt: async (userId: string, attempt: string) => void done.push(`forget ${userId} ${attempt}`),
  };
  const sweep = createSweep({
    users: {
      findAlsoDeleted: async (userId) => {
        if (failure && userId === 'ann') throw failure;
        return profile;
      },
    },
    steps: steps as never,
    graceMs: GRACE_MS,
    now: () => NOW,
    log,
  });
  return { sweep, done, log: log.entries };
}

describe('the sweep', () => {
  it.each<[string, World, string[], string]>([
    [
      'forgets an attempt that deleted nobody',
      { profile: user },
      [`forgetMarks ${IN_GRACE}`, 'forget ann a'],
      'not_deleted',
    ],
    [
      'waits for an attempt that may be under way',
      { profile: user, records: [{ ...record, requestedAt: IN_GRACE }] },
      [],
      'undecided',
    ],
    [
      'unlinks a user whose deletion was interrupted, and waits again',
      { profile: deleted, records: [{ ...record, unlinkedAt: undefined }] },
      ['unlink', 'deleteItems'],
      'emptied',
    ],
    [
      'deletes what was written since, and waits until nobody can act for the user',
      { profile: deleted, records: [{ ...record, unlinkedAt: IN_GRACE }] },
      ['deleteItems'],
      'emptied',
    ],
    ['goes on with items that are left', { profile: deleted, isEmpty: false }, ['deleteItems'], 'emptied'],
    [
      'forgets the user at last, and then the attempt',
      { profile: deleted },
      ['deleteItems', 'forget', 'forget ann a'],
      'forgotten',
    ],
    ['forgets the attempt of a user without a trace', {}, ['deleteItems', 'forget ann a'], 'forgotten'],
    [
      'counts from the request, when there is neither a trace nor a time of unlinking',
      { records: [{ ...record, requestedAt: IN_GRACE, unlinkedAt: undefined }] },
      ['deleteItems'],
      'emptied',
    ],
  ])('%s', async (_name, world, steps, outcome) => {
    const { sweep, done, log } = setUp(world);
    await sweep(() => true);
    expect(done).toEqual(steps);
    expect(log).toEqual([{ level: 'info', message: 'deletion', fields: { user_id: 'ann', outcome } }]);
  });

  it('leaves the rest to the next run when there is no time', async () => {
    const { sweep, done, log } = setUp({ profile: deleted });
    await sweep(() => false);
    expect({ done, log }).toEqual({ done: [], log: [] });
  });

  it('tries all deletions, and then fails when some of them failed', async () => {
    const failure = new Error('no connection');
    const records = [record, { ...record, userId: 'bob' }];
    const { sweep, done, log } = setUp({ profile: deleted, records, failure });
    await expect(sweep(() => true)).rejects.toThrow('1 deletions could not be finished');
    expect(done).toEqual(['deleteItems', 'forget', 'forget bob a']);
    expect(log).toEqual([
      {
        level: 'error',
        message: 'deletion',
        fields: { user_id: 'ann', outcome: 'failed', error: failure },
      },
      { level: 'info', message: 'deletion', fields: { user_id: 'bob', outcome: 'forgotten' } },
    ]);
  });
});
