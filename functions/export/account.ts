import { readItems } from '../dynamodb/batches.ts';
import type { StoreDependencies } from '../dynamodb/client.ts';
import type { Item } from '../dynamodb/item.ts';
import {
  deletionKey,
  emailKey,
  linkKey,
  noLink,
  readEmailOwner,
  toDeletionRecord,
  toLink,
} from '../users/item.ts';
import type { Identity, Profile } from '../users/user.ts';
import type { AccountRepresentation } from './description.ts';

const toTime = (milliseconds: number) => new Date(milliseconds).toISOString();
const toTimeOrNull = (milliseconds: number | undefined) =>
  milliseconds === undefined || milliseconds === 0 ? null : toTime(milliseconds);

/**
 * Reads what is stored about a user beside what `GET /me` shows and beside the items of the user's partition: the links
 * of the identities, the owned addresses, and the deletion that began. One call for a hundred of them, strongly
 * consistent.
 */
export function createAccountStore({ client, tableName }: StoreDependencies) {
  return {
    /** The account of a user. */
    async read(user: Profile): Promise<AccountRepresentation> {
      const emails = new Set([
        user.email,
        ...user.identities.map(({ address }) => address.email),
        ...Object.keys(user.releasedAt),
      ]);
      const itemOf = await readItems(client, tableName, [
        ...user.identities.map(linkKey),
        ...[...emails].map(emailKey),
        deletionKey(user.id),
      ]);
      const deletion = itemOf(deletionKey(user.id));
      return {
        identities: user.identities.map((identity) => showIdentity(identity, itemOf(linkKey(identity)))),
        addresses: [...emails].map((email) => ({
          email,
          is_owned: isOwner(user, itemOf(emailKey(email))),
          released_at: toTimeOrNull(user.releasedAt[email]),
        })),
        blocked_at: toTimeOrNull(user.blockedAt),
        deletion_requested_at: deletion ? toTime(toDeletionRecord(deletion).requestedAt) : null,
      };
    },
  };
}

function showIdentity({ issuer, subject }: Identity, item: Item | undefined) {
  const { user, deletedAt } = item ? toLink(item) : noLink;
  return {
    issuer,
    subject,
    email: user?.email ?? null,
    email_verified: user?.isVerified ?? false,
    checked_at: toTimeOrNull(user?.checkedAt),
    asked_at: toTimeOrNull(user?.askedAt),
    former_user_deleted_at: toTimeOrNull(deletedAt),
  };
}

function isOwner({ id }: Profile, address: Item | undefined): boolean {
  return address !== undefined && readEmailOwner(address).userId === id;
}
