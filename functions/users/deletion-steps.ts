import { DeleteCommand, PutCommand, paginateQuery, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { deleteBatch, inChunks, MAX_DELETES } from '../dynamodb/batches.ts';
import type { StoreDependencies } from '../dynamodb/client.ts';
import { conditionHeld } from '../dynamodb/conditional-writes.ts';
import { table, userPartition } from '../dynamodb/keys.ts';
import { createAddressOwners } from './address-owners.ts';
import {
  DELETIONS,
  type DeletionRecord,
  deletionKey,
  linkExpiry,
  linkKey,
  profileKey,
  toDeletionRecord,
  toText,
} from './item.ts';
import { isAtRevision } from './store.ts';
import type { DeletedUser, Identity, User } from './user.ts';

export type DeletionSteps = ReturnType<typeof createDeletionSteps>;

/** The link leads to this user, or to nobody. */
const IS_OURS = '(attribute_not_exists(userId) OR userId = :id)';

/** The link says nothing about its identity. */
const IS_EMPTY = ['userId', 'reservedUserId', 'deletedUsers', 'deletedAt', 'deletingUserId', 'blockedUserId']
  .map((name) => `attribute_not_exists(${name})`)
  .join(' AND ');

/**
 * The steps that delete a user. Anyone may repeat the writes of a step. So the same request sent again, or the sweep
 * (../sweep/sweep.ts), finishes what was interrupted.
 *
 * 1. `commit` writes a deletion record, so that the sweep finds the user. It marks the links, so that the authorizer
 *    looks at the profile before it lets anybody act for the user. Then it marks the profile as deleted. This last
 *    mark is the deletion: from then on nothing can be added to the profile.
 * 2. `unlink` removes the identities and the email addresses from the user, and leaves the time of the deletion at each
 *    link. Whoever signs in next gets a new user. A sign-in that is under way may still try to link an identity to this
 *    user. So a link names the deleted users that it must not lead to.
 * 3. `deleteItems` deletes everything else in the user's partition, whatever its kind.
 * 4. `forget` deletes the profile and the record, once nobody can act for the user any more. Until then, API Gateway
 *    uses policies that it cached, and requests with such a policy can write to the user's partition. The time of the
 *    deletion stays at the links for as long as a token can live. DynamoDB deletes it by its time to live.
 */
export function createDeletionSteps(dependencies: StoreDependencies) {
  const { client, tableName: TableName, now, newId } = dependencies;
  const owners = createAddressOwners(dependencies);
  const update = (input: Omit<ConstructorParameters<typeof UpdateCommand>[0], 'TableName'>) =>
    client.send(new UpdateCommand({ TableName, ...input }));
  const deleteItem = (input: Omit<ConstructorParameters<typeof DeleteCommand>[0], 'TableName'>) =>
    client.send(new DeleteCommand({ TableName, ...input }));

  /** Makes the authorizer look at the profile whenever the link leads to this user. */
  async function mark(identity: Identity, userId: string): Promise<void> {
    await conditionHeld(
      update({
        Key: linkKey(identity),
        UpdateExpression: 'SET deletingUserId = :id, deletingSince = :now',
        ConditionExpression: IS_OURS,
        ExpressionAttributeValues: { ':id': userId, ':now': now() },
      }),
    );
  }

  /** Removes the mark of an attempt. The mark may be all that the link has, when its sign-in was never finished. */
  async function unmark(identity: Identity, userId: string, before: number): Promise<void> {
    const Key = linkKey(identity);
    const isUnmarked = await conditionHeld(
      update({
        Key,
        UpdateExpression: 'REMOVE deletingUserId, deletingSince',
        ConditionExpression: 'deletingUserId = :id AND deletingSince < :before',
        ExpressionAttributeValues: { ':id': userId, ':before': before },
      }),
    );
    if (isUnmarked) await conditionHeld(deleteItem({ Key, ConditionExpression: IS_EMPTY }));
  }

  /** Removes an identity from a deleted user. */
  async function unlinkIdentity(identity: Identity, { id, deletedAt }: DeletedUser): Promise<void> {
    const Key = linkKey(identity);
    await update({
      Key,
      UpdateExpression: 'ADD deletedUsers :users',
      ExpressionAttributeValues: { ':users': new Set([id]) },
    });
    // The time goes first, so that no old token meets a link without it. A later deletion has written a later time.
    await conditionHeld(
      update({
        Key,
        UpdateExpression: 'SET deletedAt = :deletedAt',
        ConditionExpression: `${IS_OURS} AND (attribute_not_exists(deletedAt) OR deletedAt < :deletedAt)`,
        ExpressionAttributeValues: { ':id': id, ':deletedAt': deletedAt },
      }),
    );
    await conditionHeld(
      update({
        Key,
        UpdateExpression:
          'SET #expiry = :expiry REMOVE userId, email, isVerified, checkedAt, askedAt, reservedUserId, deletingUserId, deletingSince, blockedUserId',
        ConditionExpression: IS_OURS,
        ExpressionAttributeNames: { '#expiry': table.expiry },
        ExpressionAttributeValues: { ':id': id, ':expiry': linkExpiry(now())[table.expiry] },
      }),
    );
  }

  /** Releases every address that the user may own. */
  async function releaseAddresses({ id, email, identities, releasedAt }: DeletedUser): Promise<void> {
    const emails = [email, ...identities.map(({ address }) => address.email), ...Object.keys(releasedAt)];
    for (const each of new Set(emails)) await owners.release(each, id);
  }

  return {
    /**
     * Deletes the user if it is still as it was read.
     * @param deletedAt no token of this time or before will act for one of the identities: milliseconds since the epoch
     * @returns undefined when it is not: its identities or addresses changed, or the user is deleted already
     */
    async commit(user: User, deletedAt = now()): Promise<DeletedUser | undefined> {
      const time = now();
      await client.send(
        new PutCommand({
          TableName,
          Item: { ...deletionKey(user.id), requestedAt: time, attempt: newId(time) },
        }),
      );
      for (const identity of user.identities) await mark(identity, user.id);
      const isCommitted = await conditionHeld(
        update({
          Key: profileKey(user.id),
          UpdateExpression: 'SET deletedAt = :deletedAt',
          ConditionExpression: `attribute_not_exists(deletedAt) AND identities = :identities AND ${isAtRevision(user)}`,
          ExpressionAttributeValues: {
            ':deletedAt': deletedAt,
            ':identities': new Set(user.identities.map(toText)),
            ...(user.revision > 0 && { ':before': user.revision }),
          },
        }),
      );
      return isCommitted ? { ...user, kind: 'deleted', deletedAt } : undefined;
    },

    unlinkIdentity,

    /** Removes the identities and the email addresses from the user, and records when that was done. */
    async unlink(user: DeletedUser): Promise<void> {
      for (const identity of user.identities) await unlinkIdentity(identity, user);
      await releaseAddresses(user);
      await conditionHeld(
        update({
          Key: deletionKey(user.id),
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
        const keys = Items.map(({ pk, sk }) => ({ pk, sk })).filter(({ sk }) => sk !== profile.sk);
        for (const batch of inChunks(keys, MAX_DELETES)) {
          if (!mayContinue(count)) return false;
          await deleteBatch(client, TableName, batch);
          count += batch.length;
        }
      }
      return true;
    },

    /**
     * Deletes every trace of a user of whom nothing else is left, except the time of the deletion at the links. A
     * function may have claimed an address while the user was deleted, so the addresses are released again. The
     * profile goes last: it names the links and the addresses.
     */
    async forget(user: DeletedUser): Promise<void> {
      await releaseAddresses(user);
      for (const identity of user.identities) {
        const Key = linkKey(identity);
        await conditionHeld(
          update({
            Key,
            UpdateExpression: 'DELETE deletedUsers :users',
            ConditionExpression: 'contains(deletedUsers, :id)',
            ExpressionAttributeValues: { ':users': new Set([user.id]), ':id': user.id },
          }),
        );
        await unmark(identity, user.id, now());
      }
      await deleteItem({ Key: profileKey(user.id) });
    },

    /**
     * Removes the marks of attempts that did not delete the user.
     * @param before only the marks of attempts that began before this time: milliseconds since the epoch
     */
    async forgetMarks({ id, identities }: User, before: number): Promise<void> {
      for (const identity of identities) await unmark(identity, id, before);
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
