import { describe, expect, it, vi } from 'vitest';
import { deleteUser } from '../../../../functions/users/deletion-request.ts';
import {
  type DeletedUser,
  type User,
  UserNotFound,
  UserVersionConflict,
} from '../../../../functions/users/user.ts';

const user: User = {
  ...{ kind: 'active', id: 'ann', email: 'ann@example.com', createdAt: 1 },
  ...{ identities: [], releasedAt: {}, blockedAt: undefined, revision: 0 },
};
const deleted: DeletedUser = { ...user, kind: 'deleted', deletedAt: 2 };

/** Steps that take place in a table whose profile is, one read after the other, as given. */
function setUp(
  profiles: readonly (User | DeletedUser | undefined)[],
  ...commits: (DeletedUser | undefined)[]
) {
  const reads = [...profiles];
  const done: string[] = [];
  const mayContinue = vi.fn((_count: number) => false);
  const steps = {
    commit: async () => {
      done.push('commit');
      return commits.shift();
    },
    unlink: async () => void done.push('unlink'),
    deleteItems: async (_userId: string, continues: (count: number) => boolean) => {
      done.push('deleteItems');
      mayContinue.mockImplementation(continues);
      return true;
    },
  };
  const dependencies = { users: { findAlsoDeleted: async () => reads.shift() }, steps: steps as never };
  return { dependencies, done, mayContinue };
}
const isExpected = () => undefined;
const isAnother = () => 'If-Match' as const;
const renamed: User = { ...user, email: 'anna@example.com' };
const isAnn = ({ email }: User | DeletedUser) => (email === 'ann@example.com' ? undefined : 'If-Match');

describe('the deletion of a user', () => {
  it('commits, then unlinks, then deletes the items', async () => {
    const { dependencies, done } = setUp([user], deleted);
    expect(await deleteUser(dependencies, 'ann', isExpected)).toBe(true);
    expect(done).toEqual(['commit', 'unlink', 'deleteItems']);
  });

  it('continues one that was committed before', async () => {
    const { dependencies, done } = setUp([deleted]);
    await deleteUser(dependencies, 'ann', isExpected);
    expect(done).toEqual(['unlink', 'deleteItems']);
  });

  it('continues one that was committed at the same time', async () => {
    const { dependencies, done } = setUp([user, deleted]);
    await deleteUser(dependencies, 'ann', isExpected);
    expect(done).toEqual(['commit', 'unlink', 'deleteItems']);
  });

  it('is tried again when the profile changed in a way that the client does not see', async () => {
    const { dependencies, done } = setUp([user, { ...user, revision: 1 }], undefined, deleted);
    expect(await deleteUser(dependencies, 'ann', isExpected)).toBe(true);
    expect(done).toEqual(['commit', 'commit', 'unlink', 'deleteItems']);
  });

  it('ends after 2,000 items, if nothing else is said', async () => {
    const { dependencies, mayContinue } = setUp([deleted]);
    await deleteUser(dependencies, 'ann', isExpected);
    expect([mayContinue(0), mayContinue(1_999), mayContinue(2_000)]).toEqual([true, true, false]);
  });

  it('ends after as many items as it is told', async () => {
    const { dependencies, mayContinue } = setUp([deleted]);
    await deleteUser({ ...dependencies, maxItems: 1 }, 'ann', isExpected);
    expect([mayContinue(0), mayContinue(1)]).toEqual([true, false]);
  });
});

describe('no deletion', () => {
  it.each([
    ['there is no such user', [undefined], isExpected, UserNotFound, []],
    ['the user is in another state', [user], isAnother, UserVersionConflict, []],
    ['a deleted user was in another state', [deleted], isAnother, UserNotFound, []],
    ['the user becomes another one meanwhile', [user, renamed], isAnn, UserVersionConflict, ['commit']],
    [
      'the user changes at each of five attempts',
      Array(6).fill(user),
      isExpected,
      UserVersionConflict,
      Array(5).fill('commit'),
    ],
    ['the user is gone meanwhile', [user, undefined], isExpected, UserNotFound, ['commit']],
  ])('takes place when %s', async (_case, profiles, isState, error, steps) => {
    const { dependencies, done } = setUp(profiles);
    await expect(deleteUser(dependencies, 'ann', isState)).rejects.toBeInstanceOf(error);
    expect(done).toEqual(steps);
  });
});

describe('the errors about a user', () => {
  it('are sentences for the client', () => {
    expect(new UserNotFound()).toMatchObject({ name: 'UserNotFound', message: 'This user does not exist.' });
    expect(new UserVersionConflict('If-Match')).toMatchObject({
      name: 'UserVersionConflict',
      message: 'The user has changed: its ETag is not one of If-Match.',
    });
  });
});
