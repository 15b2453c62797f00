import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { conditionHeld, putIfAbsent } from '../dynamodb/client.ts';
import {
  type DeletedUser,
  emailKey,
  type Identity,
  linkKey,
  profileKey,
  toText,
  toUser,
  type User,
} from './items.ts';

/** What the link item of an identity says. */
export interface LinkedUser {
  readonly userId: string;
  readonly email: string;
}

export interface UserStoreDependencies {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newId: (time: number) => string;
}

export type UserStore = ReturnType<typeof createUserStore>;

/** How often a sign-in may meet a user who is just being deleted. */
const MAX_ATTEMPTS = 10;

/**
 * Addresses that differ only in the case of ASCII letters are one: Auth0 compares them so, too. Nothing else is folded.
 * Unicode's rules make one text of addresses that are two mailboxes (the Kelvin sign becomes a `k`), and the owner of
 * the one would be taken for the owner of the other.
 */
const normalizeEmail = (email: string) => email.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** DynamoDB calls about users: the profile, who owns an email address, and the links of identities. */
export function createUserStore({ client, tableName, now, newId }: UserStoreDependencies) {
  const read = async (key: { pk: string; sk: string }, ConsistentRead: boolean) => {
    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: key, ConsistentRead }));
    return Item;
  };
  const readLink = async (identity: Identity, isConsistent: boolean): Promise<LinkedUser | undefined> => {
    const item = await read(linkKey(identity), isConsistent);
    return item?.userId === undefined
      ? undefined
      : { userId: String(item.userId), email: String(item.email) };
  };

  /** The owner of an address; a new user if it has none, or only one who is known to be deleted. */
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
    return owner && String(owner.userId);
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

  /** @returns the user whom the identity is linked to afterwards; undefined when this one is deleted */
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

  return {
    /**
     * The user that an identity is linked to. Reads eventually, at half the price; a miss is confirmed by a
     * consistent read, so that a link written a moment ago is never taken for a first sight.
     */
    async findLink(identity: Identity): Promise<LinkedUser | undefined> {
      return (await readLink(identity, false)) ?? readLink(identity, true);
    },

    /**
     * Finds or makes the user of a verified email address, and links the identity to it. Three single-item
     * writes, each of which any number of callers may repeat: claim the address, complete the profile, write
     * the link. The link comes last, so whoever finds it finds all of the user; after a crash the next
     * sign-in takes up where this one stopped. A user who is deleted meanwhile (see deletion.ts) is not brought
     * back: the conditions of the second and third write fail, and it begins again with a new user.
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
      throw new Error('The user was deleted again and again while signing in');
    },

    /** The user with all linked identities, read with strong consistency. */
    async find(userId: string): Promise<User | undefined> {
      const item = await read(profileKey(userId), true);
      return item && item.deletedAt === undefined ? toUser(item) : undefined;
    },

    /** The same, also for a user who was deleted a while ago. */
    async findAlsoDeleted(userId: string): Promise<User | DeletedUser | undefined> {
      const item = await read(profileKey(userId), true);
      return item && toUser(item);
    },
  };
}
