import { describe, expect, it } from 'vitest';
import { bindAction } from '../../../../infra/auth0/trigger-bindings.ts';
import { UserError } from '../../../../infra/local/user-error.ts';

const bound = (id: string, name: string, displayName = name) => ({
  id: `binding-${id}`,
  display_name: displayName,
  action: { id, name },
});

/** A Management API with these bindings. Its first updates fail. */
function createApi(bindings: readonly object[], { total = bindings.length, failures = 0 } = {}) {
  const updates: unknown[] = [];
  let remaining = failures;
  return {
    updates,
    get: async () => ({ bindings, total }),
    patch: async (path: string, body: unknown) => {
      if (remaining-- > 0) throw new UserError('The Action is not deployed');
      updates.push([path, body]);
    },
  };
}
const noSleep = async () => {};

describe('binding an Action to post-login', () => {
  it('keeps the other Actions with their order and their names', async () => {
    const api = createApi([bound('a1', 'audit', 'Audit log'), bound('a2', 'roles')]);
    expect(await bindAction(api, 'email-claims', noSleep)).toBe(true);
    expect(api.updates).toEqual([
      [
        'actions/triggers/post-login/bindings',
        {
          bindings: [
            { ref: { type: 'action_id', value: 'a1' }, display_name: 'Audit log' },
            { ref: { type: 'action_id', value: 'a2' }, display_name: 'roles' },
            { ref: { type: 'action_name', value: 'email-claims' }, display_name: 'email-claims' },
          ],
        },
      ],
    ]);
  });

  it('changes nothing if it is bound', async () => {
    const api = createApi([bound('a1', 'email-claims'), bound('a2', 'roles')]);
    expect(await bindAction(api, 'email-claims', noSleep)).toBe(false);
    expect(api.updates).toEqual([]);
  });

  it('tries again, because a new Action may not be deployed yet', async () => {
    const api = createApi([], { failures: 4 });
    const waits: number[] = [];
    expect(await bindAction(api, 'email-claims', async (milliseconds) => void waits.push(milliseconds))).toBe(
      true,
    );
    expect(waits).toEqual([2_000, 2_000, 2_000, 2_000]);
  });

  it('gives up after five attempts', async () => {
    const api = createApi([], { failures: 5 });
    await expect(bindAction(api, 'email-claims', noSleep)).rejects.toThrow('The Action is not deployed');
  });

  it('changes nothing when it does not see all bindings', async () => {
    const api = createApi([bound('a1', 'audit')], { total: 101 });
    await expect(bindAction(api, 'email-claims', noSleep)).rejects.toThrow('The tenant binds 101 Actions');
    expect(api.updates).toEqual([]);
  });
});
