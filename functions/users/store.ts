import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { putIfAbsent } from '../shared/dynamodb.ts';
import { userPartition } from '../shared/table.ts';

/** An identity at an issuer. Both parts are needed: subjects are unique only within their issuer (OIDC Core §2). */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

/** What the link item of an identity says. */
export interface LinkedUser {
  readonly userId: string;
  readonly email: string;
}

export interface User {
  readonly id: string;
  readonly email: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly identities: readonly Identity[];
}

export interface UserStoreDependencies {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newId: (time: number) => string;
}

export type UserStore = ReturnType<typeof createUserStore>;

const linkKey = ({ issuer, subject }: Identity) => ({ pk: `LINK#${issuer}#${subject}`, sk: 'LINK' });
const emailKey = (email: string) => ({ pk: `EMAIL#${email}`, sk: 'EMAIL' });
const profileKey = (userId: string) => ({ pk: userPartition(userId), sk: 'PROFILE' });

/** Addresses that differ only in case are one: Auth0 compares them so, too. */
const normalizeEmail = (email: string) => email.trim().normalize('NFC').toLowerCase();

/** All DynamoDB calls about users: the profile, who owns an email address, and the links of identities. */
export function createUserStore({ client, tableName, now, newId }: UserStoreDependencies) {
  const read = async (key: { pk: string; sk: string }, ConsistentRead: boolean) => {
    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: key, ConsistentRead }));
    return Item;
  };

  return {
    /**
     * The user that an identity is linked to. Reads eventually, at half the price; a miss is confirmed by a
     * consistent read, so that a link written a moment ago is never taken for a first sight.
     */
    async findLink(identity: Identity): Promise<LinkedUser | undefined> {
      const item = (await read(linkKey(identity), false)) ?? (await read(linkKey(identity), true));
      return item && { userId: String(item.userId), email: String(item.email) };
    },

    /**
     * Finds or makes the user of a verified email address, and links the identity to it. Three single-item
     * writes, each of which any number of callers may repeat: claim the address, complete the profile, write
     * the link. The link comes last, so whoever finds it finds all of the user; after a crash the next
     * sign-in takes up where this one stopped.
     */
    async linkIdentity(identity: Identity, verifiedEmail: string): Promise<LinkedUser> {
      const email = normalizeEmail(verifiedEmail);
      const time = now();
      const claim = { ...emailKey(email), userId: newId(time) };
      const owner = (await putIfAbsent(client, tableName, claim)) ?? claim;
      const userId = String(owner.userId);

      await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: profileKey(userId),
          UpdateExpression:
            'SET email = if_not_exists(email, :email), createdAt = if_not_exists(createdAt, :now) ADD identities :identity',
          ExpressionAttributeValues: {
            ':email': email,
            ':now': time,
            ':identity': new Set([toText(identity)]),
          },
        }),
      );

      const ownLink = { ...linkKey(identity), userId, email };
      const link = (await putIfAbsent(client, tableName, ownLink)) ?? ownLink;
      return { userId: String(link.userId), email: String(link.email) };
    },

    /** The user with all linked identities, read with strong consistency. */
    async find(userId: string): Promise<User | undefined> {
      const item = await read(profileKey(userId), true);
      return (
        item && {
          id: userId,
          email: String(item.email),
          createdAt: Number(item.createdAt),
          identities: [...(item.identities as Set<string>)].sort().map(toIdentity),
        }
      );
    },
  };
}

/** One string of a set; an issuer is a URL, so the first space ends it. */
function toText({ issuer, subject }: Identity): string {
  return `${issuer} ${subject}`;
}

function toIdentity(text: string): Identity {
  const space = text.indexOf(' ');
  return { issuer: text.slice(0, space), subject: text.slice(space + 1) };
}
