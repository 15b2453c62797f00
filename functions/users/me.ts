import { requiredSetting } from '../shared/config.ts';
import { createDocumentClient } from '../shared/dynamodb.ts';
import { ProblemError } from '../shared/errors.ts';
import { createLogger } from '../shared/logger.ts';
import { createRoute } from '../shared/route.ts';
import { ulid } from '../shared/ulid.ts';
import type { UserRepresentation } from './representation.ts';
import { createUserStore } from './store.ts';

const users = createUserStore({
  client: createDocumentClient(),
  tableName: requiredSetting(process.env, 'TABLE_NAME'),
  now: Date.now,
  newId: ulid,
});

/** `GET /me`: the user, with the identities linked to it. */
export const handler = createRoute(
  async ({ caller }) => {
    const user = await users.find(caller.userId);
    if (!user) throw new ProblemError('not_found', 'This user does not exist.');
    return {
      status: 200,
      body: {
        id: user.id,
        email: user.email,
        created_at: new Date(user.createdAt).toISOString(),
        identities: user.identities,
      } satisfies UserRepresentation,
    };
  },
  { log: createLogger(), requiredScope: process.env.REQUIRED_SCOPE, now: Date.now },
);
