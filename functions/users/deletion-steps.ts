import { DeleteCommand, PutCommand, paginateQuery, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { inBatches } from '../dynamodb/batches.ts';
import type { StoreDependencies } from '../dynamodb/client.ts';
import { conditionHeld } from '../dynamodb/conditional-writes.ts';
import { userPartition } from '../dynamodb/keys.ts';
import {
  DELETIONS,
  type DeletionRecord,
  deletionKey,
  emailKey,
  linkKey,
  profileKey,
  toDeletionRecord,
  toText,
} from './item.ts';
import type { DeletedUser, User } from './user.ts';

export type DeletionSteps = ReturnType<typeof createDeletionSteps>;

/**
 * The steps that delete a user. Each step is a few single-item writes that anyone may repeat. So the same request sent
 * again, or the sweep (../sweep/sweep.ts), finishes what was interrupted.
 *
 * 1. `commit` writes a deletion record, so that the sweep finds the user. Then it marks the profile as deleted. The
 *    mark is the deletion: from then on nothing can be added to the profile.
 * 2. `unlink` removes the identities and the email address from the user. Whoever signs in next gets a new user. A
 *    sign-in that is under way may still try to link an identity to this user. So a link names the deleted users that
 *    it must not lead to.
 * 3. `deleteItems` deletes everything else in the user's partition, whatever its kind.
 * 4. `forget` deletes the marks and the record, once nobody can act for the user any more. Until then, API Gateway
 *    uses policies that it cached, and requests with such a policy can write to the user's partition.
 */
export function createDeletionSteps({ client, tableName, now, newId }: StoreDependencies) {
  const TableName = tableName;
  const update = (input: Omit<ConstructorParameters<typeof UpdateCommand>[0], 'TableName'>) =>
    client.send(new UpdateCommand({ TableName, ...input }));
  const deleteItem = (input: Omit<ConstructorParameters<typeof DeleteCommand>[0], 'TableName'>) =>
    client.send(new DeleteCommand({ TableName, ...input }));

  return {
    /**
     * Deletes the user if it is still as it was read.
     * @returns undefined when it is not: another identity was linked, or the user is deleted already
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
      return isCommitted ? { ...user, kind: 'deleted', deletedAt: time } : undefined;
    },

    /** Removes the identities and the email address from the user, and records when that was done. */
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
        deleteItem({
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
     * Deletes what is in the user's partition, except the profile.
     * @param mayContinue asked before each batch, with the number of items that are deleted by then
     * @returns whether nothing is left
     */
    async deleteItems(userId: string, mayContinue: (count: number) => boolean): Promise<boolean> {
      const profile = profileKey(userId);
      let count = 0;
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
        for (const batch of inBatches(keys)) {
          if (!mayContinue(count)) return false;
          await Promise.all(batch.map((Key) => deleteItem({ Key })));
          count += batch.length;
        }
      }
      return true;
    },

    /** Deletes every trace of a user of whom nothing else is left. The profile goes last: it names the links. */
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
          deleteItem({
            Key,
            ConditionExpression: 'attribute_not_exists(userId) AND attribute_not_exists(deletedUsers)',
          }),
        );
      }
      await deleteItem({ Key: profileKey(id) });
    },

    /** The records of all deletions that are not finished. */
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
      for await (const { Items = [] } of pages) yield* Items.map(toDeletionRecord);
    },

    /** Deletes the record of an attempt to delete a user, and leaves the record of a later attempt. */
    async forgetAttempt(userId: string, attempt: string): Promise<void> {
      await conditionHeld(
        deleteItem({
          Key: deletionKey(userId),
          ConditionExpression: 'attempt = :attempt',
          ExpressionAttributeValues: { ':attempt': attempt },
        }),
      );
    },
  };
}
