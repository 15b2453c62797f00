import { DeleteCommand, PutCommand, paginateQuery, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { conditionHeld, inHandfuls } from '../dynamodb/client.ts';
import { userPartition } from '../dynamodb/table.ts';
import {
  DELETIONS,
  type DeletedUser,
  deletionKey,
  emailKey,
  linkKey,
  profileKey,
  toText,
  type User,
} from './items.ts';
import type { UserStoreDependencies } from './store.ts';

/** An attempt to delete a user, which may or may not have come to the mark in the profile. */
export interface DeletionRecord {
  readonly userId: string;
  readonly attempt: string;
  /** Milliseconds since the epoch. */
  readonly requestedAt: number;
  /** When nothing led to the user any more; undefined while something may. */
  readonly unlinkedAt: number | undefined;
}

export type UserDeletion = ReturnType<typeof createUserDeletion>;

/**
 * The steps that delete a user. Each is a few single-item writes that anyone may repeat, so whatever was
 * interrupted is finished by the same request sent again, or by the sweep (../sweep/sweep.ts):
 *
 * 1. `commit` writes a deletion record, by which the sweep finds the user, then marks the profile as deleted.
 *    That mark is the deletion; from then on nothing can be added to the profile.
 * 2. `unlink` takes the identities and the email address from the user. Whoever signs in next gets a new user.
 *    A sign-in that is under way may still be about to link an identity to this one: so a link names the
 *    deleted users that it must not lead to.
 * 3. `removeItems` removes the todos and the idempotency records.
 * 4. `forget` removes the marks and the record, once nobody can act for the user any more: API Gateway goes on
 *    using a policy that it cached, and what is done with it goes on appearing in the user's partition.
 */
export function createUserDeletion({ client, tableName, now, newId }: UserStoreDependencies) {
  const TableName = tableName;
  const update = (input: Omit<ConstructorParameters<typeof UpdateCommand>[0], 'TableName'>) =>
    client.send(new UpdateCommand({ TableName, ...input }));
  const remove = (input: Omit<ConstructorParameters<typeof DeleteCommand>[0], 'TableName'>) =>
    client.send(new DeleteCommand({ TableName, ...input }));

  return {
    /**
     * Deletes the user if it is still as it was read.
     * @returns undefined when it is not: another identity was linked, or it is deleted already
     */
    async commit(user: User): Promise<DeletedUser | undefined> {
      const time = now();
      await client.send(
        new PutCommand({
          TableName,
          Item: { ...deletionKey(user.id), requestedAt: time, attempt: newId(time) },
        }),
      );
      const isCommitted = await conditionHeld(
        update({
          Key: profileKey(user.id),
          UpdateExpression: 'SET deletedAt = :now',
          ConditionExpression: 'attribute_not_exists(deletedAt) AND identities = :identities',
          ExpressionAttributeValues: { ':now': time, ':identities': new Set(user.identities.map(toText)) },
        }),
      );
      return isCommitted ? { ...user, deletedAt: time } : undefined;
    },

    /** Takes the identities and the email address away, and notes when that was done. */
    async unlink({ id, email, identities }: DeletedUser): Promise<void> {
      for (const identity of identities) {
        const Key = linkKey(identity);
        await update({
          Key,
          UpdateExpression: 'ADD deletedUsers :users',
          ExpressionAttributeValues: { ':users': new Set([id]) },
        });
        await conditionHeld(
          update({
            Key,
            UpdateExpression: 'REMOVE userId, email',
            ConditionExpression: 'userId = :id',
            ExpressionAttributeValues: { ':id': id },
          }),
        );
      }
      await conditionHeld(
        remove({
          Key: emailKey(email),
          ConditionExpression: 'userId = :id',
          ExpressionAttributeValues: { ':id': id },
        }),
      );
      await conditionHeld(
        update({
          Key: deletionKey(id),
          UpdateExpression: 'SET unlinkedAt = if_not_exists(unlinkedAt, :now)',
          ConditionExpression: 'attribute_exists(attempt)',
          ExpressionAttributeValues: { ':now': now() },
        }),
      );
    },

    /**
     * Removes what is in the user's partition, apart from the profile.
     * @param mayGoOn asked with the number of removed items before each handful
     * @returns whether nothing is left
     */
    async removeItems(userId: string, mayGoOn: (removed: number) => boolean): Promise<boolean> {
      const profile = profileKey(userId);
      let removed = 0;
      const pages = paginateQuery(
        { client },
        {
          TableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': userPartition(userId) },
          ProjectionExpression: 'pk, sk',
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages) {
        const keys = Items.filter(({ sk }) => sk !== profile.sk);
        for (const handful of inHandfuls(keys)) {
          if (!mayGoOn(removed)) return false;
          await Promise.all(handful.map((Key) => remove({ Key })));
          removed += handful.length;
        }
      }
      return true;
    },

    /** Removes every trace of a user of whom nothing else is left. The profile goes last: it says where to look. */
    async forget({ id, identities }: DeletedUser): Promise<void> {
      for (const identity of identities) {
        const Key = linkKey(identity);
        await conditionHeld(
          update({
            Key,
            UpdateExpression: 'DELETE deletedUsers :users',
            ConditionExpression: 'contains(deletedUsers, :id)',
            ExpressionAttributeValues: { ':users': new Set([id]), ':id': id },
          }),
        );
        await conditionHeld(
          remove({
            Key,
            ConditionExpression: 'attribute_not_exists(userId) AND attribute_not_exists(deletedUsers)',
          }),
        );
      }
      await remove({ Key: profileKey(id) });
    },

    /** The records of all deletions that are under way. */
    async *records(): AsyncGenerator<DeletionRecord> {
      const pages = paginateQuery(
        { client },
        {
          TableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': DELETIONS },
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages) {
        for (const { sk, attempt, requestedAt, unlinkedAt } of Items) {
          yield {
            userId: String(sk),
            attempt: String(attempt),
            requestedAt: Number(requestedAt),
            unlinkedAt: unlinkedAt === undefined ? undefined : Number(unlinkedAt),
          };
        }
      }
    },

    /** Removes the record of an attempt to delete a user; not that of a later attempt. */
    async forgetAttempt(userId: string, attempt: string): Promise<void> {
      await conditionHeld(
        remove({
          Key: deletionKey(userId),
          ConditionExpression: 'attempt = :attempt',
          ExpressionAttributeValues: { ':attempt': attempt },
        }),
      );
    },
  };
}
