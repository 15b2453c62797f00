import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { StoreDependencies } from '../dynamodb/client.ts';
import { conditionHeld, readItem, unlessConditionFailed } from '../dynamodb/conditional-writes.ts';
import { table } from '../dynamodb/keys.ts';
import { ulidTime } from '../dynamodb/ulid.ts';
import { isStorageFull } from '../errors.ts';
import { addressOf, forgettable, hasAddress, withAddress } from './address.ts';
import { createAddressOwners } from './address-owners.ts';
import { createDeletionSteps } from './deletion-steps.ts';
import { isOutlived, linkKey, noLink, profileKey, readReservation, toLink } from './item.ts';
import type { AccountLinking } from './linking.ts';
import { createUserStore } from './store.ts';
import type { Address, Identity, Link, LinkedUser, User } from './user.ts';

export type LinkStore = ReturnType<typeof createLinkStore>;

/** How often a write may meet a change by somebody else, and begin again. */
const MAX_ATTEMPTS = 10;

/** The age after which a sign-in that did not write a profile is known to be interrupted. */
const INTERRUPTED_AFTER_MS = 600_000;

/** How long no other function asks the issuer for an address, after one began to ask. */
export const ASK_AGAIN_MS = 300_000;

/**
 * Whether a token acts for nobody, because a user of its identity was deleted since it was issued.
 * @param issuedAt milliseconds since the epoch; undefined for a token that does not say it
 */
export function isIssuedBeforeDeletion(
  { deletedAt }: Pick<Link, 'deletedAt'>,
  issuedAt: number | undefined,
): boolean {
  return deletedAt !== undefined && (issuedAt === undefined || issuedAt <= deletedAt);
}

/** The DynamoDB calls about links: which user an identity is, and which address it has. */
export function createLinkStore(dependencies: StoreDependencies, linking: AccountLinking) {
  const { client, tableName: TableName, now, newId } = dependencies;
  const users = createUserStore(dependencies);
  const owners = createAddressOwners(dependencies);
  const deletion = createDeletionSteps(dependencies);

  async function find(identity: Identity): Promise<Link> {
    const item = await readItem(client, TableName, linkKey(identity));
    const link = item ? toLink(item) : noLink;
    const { user, deletingUserId } = link;
    if (!user || user.userId !== deletingUserId) return link;
    const profile = await users.findAlsoDeleted(user.userId);
    if (profile?.kind !== 'deleted') return link;
    await deletion.unlinkIdentity(identity, profile);
    return find(identity);
  }

  /**
   * The user to sign in to: whoever owns the address, or a new user.
   * @param former a user whom the address, or the identity, must not lead to
   */
  async function reserve(identity: Identity, email: string, former: string | undefined) {
    const userId = newId(now());
    if (linking === 'verified-email') return owners.claim(email, userId, former);
    const isReserved = await conditionHeld(
      client.send(
        new UpdateCommand({
          TableName,
          Key: linkKey(identity),
          UpdateExpression: 'SET reservedUserId = :new',
          ConditionExpression: `attribute_not_exists(userId) AND (attribute_not_exists(reservedUserId)${former === undefined ? '' : ' OR reservedUserId = :former'})`,
          ExpressionAttributeValues: { ':new': userId, ...(former !== undefined && { ':former': former }) },
        }),
      ),
    );
    if (isReserved) return userId;
    const item = await readItem(client, TableName, linkKey(identity));
    if (!item) return undefined;
    const reservation = readReservation(item);
    return reservation.userId ?? reservation.reservedUserId;
  }

  /**
   * Whether a link of the user has the mark of a block. When the user was blocked, the profile may have had no room for
   * the mark (blocking.ts). A new identity is rare, so these reads are, too.
   */
  async function isBlockedAtLink({ id, identities }: User): Promise<boolean> {
    const items = await Promise.all(identities.map((each) => readItem(client, TableName, linkKey(each))));
    return items.some((item) => item?.blockedUserId === id);
  }

  /**
   * Adds the identity to the profile of a user, unless the user is blocked.
   * @returns undefined when the address must not lead to this user
   */
  async function join(userId: string, identity: Identity, address: Address): Promise<User | undefined> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const before = await users.findAlsoDeleted(userId);
      if (before?.kind === 'deleted') return undefined;
      if (before && linking === 'verified-email' && !hasAddress(before, address.email)) return undefined;
      if (before?.blockedAt !== undefined) return before;
      if (before && addressOf(before, identity)?.email === address.email) return before;
      if (before && (await isBlockedAtLink(before))) return { ...before, blockedAt: now() };
      const user = withAddress(before ?? newUser(userId, address, now()), identity, address, now());
      if (user === before || (await users.save(user, before))) return user;
    }
    throw new Error('The profile changed at every attempt of the sign-in');
  }

  /** Writes the address of an identity to the profile. @returns undefined when the user is deleted */
  async function showAddress(userId: string, identity: Identity, shown: Address): Promise<User | undefined> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const before = await users.findAlsoDeleted(userId);
      if (before?.kind !== 'active') return undefined;
      for (const email of forgettable(before, now())) await owners.release(email, userId);
      const user = withAddress(before, identity, shown, now());
      if (user === before || (await users.save(user, before))) return user;
    }
    throw new Error('The profile changed at every attempt to write an address');
  }

  /** Makes the user the owner of the address, unless it belongs to somebody else. */
  async function claim(email: string, userId: string): Promise<void> {
    const owner = await owners.claim(email, userId);
    if (owner === undefined || owner === userId) return;
    const other = await users.findAlsoDeleted(owner);
    // An owner without a profile is signing in for the first time, unless that was interrupted long ago.
    const isLost = other
      ? other.kind === 'deleted' || !hasAddress(other, email)
      : now() - ulidTime(owner) > INTERRUPTED_AFTER_MS;
    if (isLost) await owners.claim(email, userId, owner);
  }

  /** Links the identity to the user. @returns the link afterwards, which may lead to another user or to nobody */
  async function link(identity: Identity, { id }: User, address: Address, issuedAt: number | undefined) {
    try {
      const { Attributes = {} } = await client.send(
        new UpdateCommand({
          TableName,
          Key: linkKey(identity),
          UpdateExpression:
            'SET userId = :id, email = :email, isVerified = :isVerified, checkedAt = :seenAt REMOVE reservedUserId, #expiry',
          ConditionExpression:
            'attribute_not_exists(userId) AND NOT contains(deletedUsers, :id) AND (attribute_not_exists(deletedAt) OR deletedAt < :issuedAt)',
          ExpressionAttributeNames: { '#expiry': table.expiry },
          ExpressionAttributeValues: {
            ':id': id,
            ':email': address.email,
            ':isVerified': address.isVerified,
            ':seenAt': address.seenAt,
            ':issuedAt': issuedAt ?? 0,
          },
          ReturnValues: 'ALL_NEW',
        }),
      );
      const linked = toLink(Attributes);
      if (linked.deletingUserId !== id || (await touch(id))) return linked;
    } catch (error) {
      unlessConditionFailed(error);
    }
    return find(identity);
  }

  /** Changes the profile, so that a deletion that was decided before does not take place. @returns false when it did */
  async function touch(userId: string): Promise<boolean> {
    return conditionHeld(
      client.send(
        new UpdateCommand({
          TableName,
          Key: profileKey(userId),
          UpdateExpression: 'ADD revision :one',
          ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(deletedAt)',
          ExpressionAttributeValues: { ':one': 1 },
        }),
      ),
    );
  }

  /** Deletes a user that this sign-in made for nothing, since it has no link. The sweep finishes it. */
  async function abandon(user: User, { deletedAt = 0 }: Link): Promise<void> {
    if (user.identities.length > 1) return;
    const deleted = await deletion.commit(user, deletedAt);
    if (deleted) await deletion.unlink(deleted);
  }

  return {
    /**
     * What is known about an identity. It is one read, strongly consistent: a deletion that was acknowledged is never
     * missed. When the deletion of the user began, the profile decides whether it took place. If it did, the link is
     * finished first, so it never leads to a deleted user.
     */
    find,

    /**
     * Finds or creates the user of an identity that has none, and links the identity to it. The writes go to one item
     * each: reserve the user, complete the profile, write the link. Any number of callers may repeat each write. The
     * link comes last, so a caller that finds it finds the whole user. After a crash the next sign-in continues.
     *
     * An address leads to its owner only while the owner's profile has the address. A user who is deleted meanwhile
     * (deletion-steps.ts) is not brought back. In both cases the sign-in begins again with a new user.
     * @param address verified
     * @param issuedAt when the token was issued: milliseconds since the epoch
     * @throws an error of `isStorageFull` when the profile of the address's owner has no room for the identity. An
     *   identity that is not in the profile is not linked: a deletion or a block of the user would not reach it
     * @returns undefined when a user of the identity was deleted after the token was issued
     */
    async signIn(
      identity: Identity,
      address: Address,
      issuedAt: number | undefined,
    ): Promise<LinkedUser | undefined> {
      let former: string | undefined;
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        const userId = await reserve(identity, address.email, former);
        if (userId === undefined) continue;
        const user = await join(userId, identity, address);
        if (!user) {
          former = userId;
          continue;
        }
        if (user.blockedAt !== undefined) return toBlocked(user, address);
        const linked = await link(identity, user, address, issuedAt);
        const isRefused = isIssuedBeforeDeletion(linked, issuedAt);
        if (linked.user?.userId !== userId && (linked.user || isRefused)) await abandon(user, linked);
        if (isRefused) return undefined;
        if (linked.user) return linked.user;
      }
      throw new Error('The user was deleted at every attempt of the sign-in');
    },

    /**
     * Lets the user follow an address that the issuer showed for a linked identity. It releases the addresses that no
     * identity of the user has any more, and claims the new one, if it is verified and nobody has it. The link comes
     * last, so what was interrupted is repeated. An address of somebody else stays theirs: the user is shown with it,
     * and it leads new identities to its owner. A user who has no room for the address keeps the old one until there is
     * room, because only a user who can sign in can make room.
     * @returns the link afterwards, without a user when the user was deleted
     */
    async follow(identity: Identity, { user, deletedAt }: Link, shown: Address): Promise<Link> {
      const followed = user && (await showAddress(user.userId, identity, shown).catch(unlessStorageFull));
      const address = followed && addressOf(followed, identity);
      if (!address) return find(identity);

      for (const email of Object.keys(followed.releasedAt)) await owners.release(email, followed.id);
      if (linking === 'verified-email' && address.isVerified) await claim(address.email, followed.id);

      const isOver = deletedAt !== undefined && isOutlived(deletedAt, now());
      await conditionHeld(
        client.send(
          new UpdateCommand({
            TableName,
            Key: linkKey(identity),
            UpdateExpression: `SET email = :email, isVerified = :isVerified, checkedAt = :seenAt${isOver ? ' REMOVE deletedAt' : ''}`,
            ConditionExpression: 'userId = :id AND (attribute_not_exists(checkedAt) OR checkedAt < :seenAt)',
            ExpressionAttributeValues: {
              ':id': followed.id,
              ':email': address.email,
              ':isVerified': address.isVerified,
              ':seenAt': address.seenAt,
            },
          }),
        ),
      );
      return find(identity);
    },

    /**
     * Decides which function asks the issuer for the address of a linked identity: at most one in five minutes, also
     * while the issuer is out of reach.
     * @returns whether the caller may ask
     */
    async beginCheck(identity: Identity, { userId }: LinkedUser): Promise<boolean> {
      const time = now();
      return conditionHeld(
        client.send(
          new UpdateCommand({
            TableName,
            Key: linkKey(identity),
            UpdateExpression: 'SET askedAt = :now',
            ConditionExpression: 'userId = :id AND (attribute_not_exists(askedAt) OR askedAt <= :before)',
            ExpressionAttributeValues: { ':id': userId, ':now': time, ':before': time - ASK_AGAIN_MS },
          }),
        ),
      );
    },
  };
}

/** Ignores that the items of a user have reached their limit, and throws every other error again. */
function unlessStorageFull(error: unknown): undefined {
  if (!isStorageFull(error)) throw error;
}

/** A blocked user whom a new identity would be linked to. */
function toBlocked({ id }: User, { seenAt, ...address }: Address): LinkedUser {
  return { userId: id, ...address, checkedAt: seenAt, askedAt: undefined, isBlocked: true };
}

function newUser(id: string, { email }: Address, createdAt: number): User {
  return {
    kind: 'active',
    id,
    email,
    createdAt,
    identities: [],
    releasedAt: {},
    blockedAt: undefined,
    revision: 0,
  };
}
