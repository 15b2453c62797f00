import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { StoreDependencies } from '../dynamodb/client.ts';
import { conditionHeld, putIfAbsent, readItem } from '../dynamodb/conditional-writes.ts';
import { emailKey, linkKey, profileKey, readEmailOwner, toLinkedUser, toText, toUser } from './item.ts';
import { type DeletedUser, type Identity, type LinkedUser, type User, UserNotFound } from './user.ts';

export type UserStore = ReturnType<typeof createUserStore>;

/** How often a sign-in may meet a user who is deleted meanwhile. */
const MAX_ATTEMPTS = 10;

/**
 * Addresses that differ only in the case of ASCII letters are one address: Auth0 compares them like this. Nothing else
 * is folded. Unicode's rules map two mailboxes to one text (the Kelvin sign becomes a `k`), and the owner of one
 * mailbox would then be taken for the owner of the other.
 */
const normalizeEmail = (email: string) => email.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** The DynamoDB calls about users: the profile, the owner of an email address, and the links of identities. */
export function createUserStore({ client, tableName, now, newId }: StoreDependencies) {
  async function readLink(identity: Identity, ConsistentRead: boolean): Promise<LinkedUser | undefined> {
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: linkKey(identity), ConsistentRead }),
    );
    return Item && toLinkedUser(Item);
  }

  /** The owner of an address. A new user, if the address has no owner or its owner is known to be deleted. */
  async function claimEmail(email: string, deletedUserId: string | undefined): Promise<string | undefined> {
    const claim = { ...emailKey(email), userId: newId(now()) };
    const owner = await putIfAbsent(
      client,
      tableName,
      claim,
      deletedUserId === undefined
        ? undefined
        : {
            ConditionExpression: '#userId = :deleted',
            ExpressionAttributeNames: { '#userId': 'userId' },
            ExpressionAttributeValues: { ':deleted': deletedUserId },
          },
    );
    return owner && readEmailOwner(owner).userId;
  }

  /** @returns false when the user is deleted */
  async function completeProfile(userId: string, email: string, identity: Identity): Promise<boolean> {
    return conditionHeld(
      client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: profileKey(userId),
          UpdateExpression:
            'SET email = if_not_exists(email, :email), createdAt = if_not_exists(createdAt, :now) ADD identities :identity',
          ConditionExpression: 'attribute_not_exists(deletedAt)',
          ExpressionAttributeValues: {
            ':email': email,
            ':now': now(),
            ':identity': new Set([toText(identity)]),
          },
        }),
      ),
    );
  }

  /** @returns the user whom the identity is linked to afterwards; undefined when this user is deleted */
  async function link(identity: Identity, user: LinkedUser): Promise<LinkedUser | undefined> {
    const isLinked = await conditionHeld(
      client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: linkKey(identity),
          UpdateExpression: 'SET userId = :userId, email = :email',
          ConditionExpression: 'attribute_not_exists(userId) AND NOT contains(deletedUsers, :userId)',
          ExpressionAttributeValues: { ':userId': user.userId, ':email': user.email },
        }),
      ),
    );
    return isLinked ? user : readLink(identity, true);
  }

  async function findAlsoDeleted(userId: string): Promise<User | DeletedUser | undefined> {
    const item = await readItem(client, tableName, profileKey(userId));
    return item && toUser(item);
  }

  return {
    /**
     * The user that an identity is linked to. The first read is eventually consistent, at half the price. A consistent
     * read confirms a miss, so that a link written a moment ago is never taken for a first sign-in.
     */
    async findLink(identity: Identity): Promise<LinkedUser | undefined> {
      return (await readLink(identity, false)) ?? readLink(identity, true);
    },

    /**
     * Finds or creates the user of a verified email address, and links the identity to it. It sends three single-item
     * writes: claim the address, complete the profile, write the link. Any number of callers may repeat each write.
     * The link comes last, so a caller that finds it finds the whole user. After a crash the next sign-in continues.
     * A user who is deleted meanwhile (deletion-steps.ts) is not brought back: the conditions of the second and third
     * write fail, and the sign-in begins again with a new user.
     */
    async linkIdentity(identity: Identity, verifiedEmail: string): Promise<LinkedUser> {
      const email = normalizeEmail(verifiedEmail);
      let deletedUserId: string | undefined;
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        const userId = await claimEmail(email, deletedUserId);
        if (userId === undefined) continue;
        if (!(await completeProfile(userId, email, identity))) {
          deletedUserId = userId;
          continue;
        }
        const linked = await link(identity, { userId, email });
        if (linked) return linked;
      }
      throw new Error('The user was deleted at every attempt of the sign-in');
    },

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
  };
}
