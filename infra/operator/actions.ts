import type { StoreDependencies } from '../../functions/dynamodb/client.ts';
import { createBlocking } from '../../functions/users/blocking.ts';
import { deleteUser } from '../../functions/users/deletion-request.ts';
import { createDeletionSteps } from '../../functions/users/deletion-steps.ts';
import { createUserStore } from '../../functions/users/store.ts';
import type { DeletedUser, User } from '../../functions/users/user.ts';
import { exportUser } from './export-user.ts';
import type { Target } from './target.ts';

export type ActionName = 'show' | 'export' | 'block' | 'unblock' | 'delete';

export interface ActionDependencies extends StoreDependencies {
  readonly apiUrl: Target['apiUrl'];
  readonly flushCommand: Target['flushCommand'];
}

export interface ActionResult {
  /** For the log of operations. It has no personal data. */
  readonly outcome: string;
  /** For the operator. */
  readonly text: string;
}

/** Something that an operator can do for one user. */
export interface Action {
  /** For the help, such as `shows who the user is`. */
  readonly summary: string;
  /** For the question to the operator. The user's name follows. */
  readonly effect: string;
  readonly run: (dependencies: ActionDependencies, user: User | DeletedUser) => Promise<ActionResult>;
}

/** When a change of a block counts, and how to make it count at once. */
const whenItCounts = ({ flushCommand }: ActionDependencies) =>
  `within five minutes, when API Gateway has dropped its cached policies. To drop them at once:\n${flushCommand}`;

export const actions: Readonly<Record<ActionName, Action>> = {
  show: {
    summary: 'shows the user with its identities, and whether it is blocked or deleted',
    effect: 'show the personal data of',
    run: async (_dependencies, user) => ({ outcome: 'shown', text: toJson(describe(user)) }),
  },

  export: {
    summary: 'shows everything that is stored about the user, as GET /me/export does',
    effect: 'show everything that is stored about',
    run: async (dependencies, user) => ({
      outcome: 'exported',
      text: toJson(await exportUser(dependencies, user)),
    }),
  },

  block: {
    summary: 'refuses every request of the user with a 403',
    effect: 'block',
    async run(dependencies, { id }) {
      await createBlocking(dependencies).block(id);
      return {
        outcome: 'blocked',
        text: `The user ${id} is blocked ${whenItCounts(dependencies)}`,
      };
    },
  },

  unblock: {
    summary: 'lets a blocked user in again',
    effect: 'unblock',
    async run(dependencies, { id }) {
      await createBlocking(dependencies).unblock(id);
      return {
        outcome: 'unblocked',
        text: `The user ${id} is let in again ${whenItCounts(dependencies)}`,
      };
    },
  },

  delete: {
    summary: 'deletes the user with everything that is stored about it, as DELETE /me does',
    effect: 'delete everything that is stored about',
    async run(dependencies, { id }) {
      const users = createUserStore(dependencies);
      const steps = createDeletionSteps(dependencies);
      await deleteUser({ users, steps, maxItems: Number.POSITIVE_INFINITY }, id, () => undefined);
      return {
        outcome: 'deleted',
        text: `The user ${id} is deleted. The hourly sweep removes what requests under way still write, and the last traces.`,
      };
    },
  },
};

export function isAction(name: string): name is ActionName {
  return Object.hasOwn(actions, name);
}

function describe(user: User | DeletedUser): object {
  const { id, email, createdAt, blockedAt, identities } = user;
  return {
    id,
    email,
    created_at: toTime(createdAt),
    ...(blockedAt !== undefined && { blocked_at: toTime(blockedAt) }),
    ...(user.kind === 'deleted' && { deleted_at: toTime(user.deletedAt) }),
    identities: identities.map(({ issuer, subject, address }) => ({
      issuer,
      subject,
      email: address.email,
      email_verified: address.isVerified,
    })),
  };
}

const toTime = (time: number) => new Date(time).toISOString();
const toJson = (value: unknown) => JSON.stringify(value, null, 2);
