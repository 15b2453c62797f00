import { UserError } from '../local/user-error.ts';
import type { ManagementApi } from './management-api.ts';

/** An Action that runs after each sign-in. */
interface Binding {
  readonly display_name: string;
  readonly action: { readonly id: string; readonly name: string };
}

const PATH = 'actions/triggers/post-login/bindings';
const MAX_BINDINGS = 100;
const ATTEMPTS = 5;
const RETRY_MS = 2_000;

/**
 * Lists the Actions that run after a sign-in, in their order.
 * @throws {UserError} when they are more than one page
 */
export async function listBindings(api: Pick<ManagementApi, 'get'>): Promise<readonly Binding[]> {
  const { bindings, total } = (await api.get(`${PATH}?per_page=${MAX_BINDINGS}`)) as {
    readonly bindings: readonly Binding[];
    readonly total: number;
  };
  if (total > bindings.length)
    throw new UserError(`The tenant binds ${total} Actions: bind this one by hand.`);
  return bindings;
}

/**
 * Lets an Action run after each sign-in, as the last one. An update replaces all bindings of the trigger, so it names
 * those of other Actions too. The Auth0 Deploy CLI would unbind them.
 * Source: https://auth0.com/docs/api/management/v2/actions/patch-bindings
 * @returns whether the Action was not bound before
 * @throws {UserError} when Auth0 refuses the update
 */
export async function bindAction(
  api: Pick<ManagementApi, 'get' | 'patch'>,
  name: string,
  sleep: (milliseconds: number) => Promise<void>,
): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    const bindings = await listBindings(api);
    if (bindings.some(({ action }) => action.name === name)) return false;
    try {
      await api.patch(PATH, {
        bindings: [
          ...bindings.map(({ action, display_name }) => ({
            ref: { type: 'action_id', value: action.id },
            display_name,
          })),
          { ref: { type: 'action_name', value: name }, display_name: name },
        ],
      });
      return true;
    } catch (error) {
      // For some seconds, Auth0 may not know yet that a new Action is deployed.
      if (attempt === ATTEMPTS) throw error;
      await sleep(RETRY_MS);
    }
  }
}
