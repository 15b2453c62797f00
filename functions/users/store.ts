import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { StoreDependencies } from '../dynamodb/client.ts';
import { conditionHeld, readItem } from '../dynamodb/conditional-writes.ts';
import { profileKey, toAddressAttributes, toText, toUser } from './item.ts';
import { type DeletedUser, type User, UserNotFound } from './user.ts';

export type UserStore = ReturnType<typeof createUserStore>;

/** The DynamoDB calls about the profiles of users. */
export function createUserStore({ client, tableName }: StoreDependencies) {
  async function findAlsoDeleted(userId: string): Promise<User | DeletedUser | undefined> {
    const item = await readItem(client, tableName, profileKey(userId));
    return item && toUser(item);
  }

  return {
    /**
     * The user with all linked identities, read with strong consistency.
     * @throws {UserNotFound} also when the user is deleted
     */
    async get(userId: string): Promise<User> {
      const user = await findAlsoDeleted(userId);
      if (user?.kind !== 'active') throw new UserNotFound();
      return user;
    },

    /** The same for users who may be deleted; undefined when there is no trace of the user. */
    findAlsoDeleted,

    /**
     * Writes the identities and addresses of a user, unless the profile changed since it was read.
     * @param user the next state of the user
     * @param before the state that was read; undefined for a new user
     * @returns whether it is written
     */
    async save(user: User, before: User | undefined): Promise<boolean> {
      const { addresses, releasedAt, revision } = toAddressAttributes(user);
      return conditionHeld(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: profileKey(user.id),
            UpdateExpression:
              'SET email = :email, createdAt = :createdAt, addresses = :addresses, releasedAt = :releasedAt, revision = :revision ADD identities :identities',
            ConditionExpression: before
              ? `attribute_not_exists(deletedAt) AND ${isAtRevision(before)}`
              : 'attribute_not_exists(pk)',
            ExpressionAttributeValues: {
              ':email': user.email,
              ':createdAt': user.createdAt,
              ':addresses': addresses,
              ':releasedAt': releasedAt,
              ':revision': revision,
              ':identities': new Set(user.identities.map(toText)),
              ...(before && before.revision > 0 && { ':before': before.revision }),
            },
          }),
        ),
      );
    },
  };
}

/** The condition that a profile has the revision `:before`. A profile of before there were revisions has none. */
export function isAtRevision({ revision }: Pick<User, 'revision'>): string {
  return revision > 0 ? 'revision = :before' : 'attribute_not_exists(revision)';
}
