import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { StoreDependencies } from '../dynamodb/client.ts';
import { conditionHeld, unlessConditionFailed } from '../dynamodb/conditional-writes.ts';
import { isStorageFull } from '../errors.ts';
import { linkKey, profileKey, toUser } from './item.ts';
import { createUserStore } from './store.ts';
import { type User, UserNotFound } from './user.ts';

export type Blocking = ReturnType<typeof createBlocking>;

/**
 * Blocks users, and lets them in again. Only operators do this (infra/operator). The mark is in two places. A sign-in
 * reads the profile, so the mark there keeps out new identities of the user. The authorizer reads the link of an
 * identity, so the mark there keeps out the identity at no further cost. Each write may be repeated.
 *
 * When the items of the user have reached their limit, the profile may have no room for the mark. The links are outside
 * of the user's partition. A sign-in of a new identity then finds the mark at the links of the other identities.
 */
export function createBlocking(dependencies: StoreDependencies) {
  const { client, tableName: TableName, now } = dependencies;
  const users = createUserStore(dependencies);

  /**
   * @returns the user. It is unchanged when there is no room for the change
   * @throws {UserNotFound} when the user does not exist or is deleted
   */
  async function updateProfile(userId: string, UpdateExpression: string, values: Record<string, unknown>) {
    try {
      const { Attributes = {} } = await client.send(
        new UpdateCommand({
          TableName,
          Key: profileKey(userId),
          UpdateExpression,
          ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(deletedAt)',
          ExpressionAttributeValues: { ':one': 1, ...values },
          ReturnValues: 'ALL_NEW',
        }),
      );
      return toUser(Attributes) as User;
    } catch (error) {
      if (isStorageFull(error)) return users.get(userId);
      unlessConditionFailed(error);
      throw new UserNotFound();
    }
  }

  /** Updates the links of the user, also one that a sign-in is about to write. */
  async function updateLinks({ id, identities }: User, UpdateExpression: string, values = {}) {
    for (const identity of identities) {
      await conditionHeld(
        client.send(
          new UpdateCommand({
            TableName,
            Key: linkKey(identity),
            UpdateExpression,
            ConditionExpression: 'attribute_not_exists(userId) OR userId = :id',
            ExpressionAttributeValues: { ':id': id, ...values },
          }),
        ),
      );
    }
  }

  return {
    /**
     * Blocks a user. The new revision makes a sign-in that read the profile before begin again.
     * @throws {UserNotFound} when the user does not exist or is deleted
     */
    async block(userId: string): Promise<User> {
      const time = now();
      const user = await updateProfile(
        userId,
        'SET blockedAt = if_not_exists(blockedAt, :now) ADD revision :one',
        { ':now': time },
      );
      await updateLinks(user, 'SET blockedUserId = :id');
      return user;
    },

    /**
     * Lets a blocked user in again.
     * @throws {UserNotFound} when the user does not exist or is deleted
     */
    async unblock(userId: string): Promise<User> {
      const user = await updateProfile(userId, 'REMOVE blockedAt ADD revision :one', {});
      await updateLinks(user, 'REMOVE blockedUserId');
      return user;
    },
  };
}
