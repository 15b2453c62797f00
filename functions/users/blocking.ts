import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { StoreDependencies } from '../dynamodb/client.ts';
import { conditionHeld, unlessConditionFailed } from '../dynamodb/conditional-writes.ts';
import { linkKey, profileKey, toUser } from './item.ts';
import { type User, UserNotFound } from './user.ts';

export type Blocking = ReturnType<typeof createBlocking>;

/**
 * Blocks users, and lets them in again. Only operators do this (infra/operator). The mark is in two places. A sign-in
 * reads the profile, so the mark there keeps out new identities of the user. The authorizer reads the link of an
 * identity, so the mark there keeps out the identity at no further cost. Each write may be repeated.
 */
export function createBlocking({ client, tableName: TableName, now }: StoreDependencies) {
  /** @throws {UserNotFound} when the user does not exist or is deleted */
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
