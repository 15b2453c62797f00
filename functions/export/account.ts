import type { StoreDependencies } from '../dynamodb/client.ts';
import { readItem } from '../dynamodb/conditional-writes.ts';
import { createAddressOwners } from '../users/address-owners.ts';
import { deletionKey, linkKey, noLink, toDeletionRecord, toLink } from '../users/item.ts';
import type { Identity, Profile } from '../users/user.ts';
import type { AccountRepresentation } from './description.ts';

const toTime = (milliseconds: number) => new Date(milliseconds).toISOString();
const toTimeOrNull = (milliseconds: number | undefined) =>
  milliseconds === undefined || milliseconds === 0 ? null : toTime(milliseconds);

/**
 * Reads what is stored about a user beside what `GET /me` shows and beside the items of the user's partition: the links
 * of the identities, the owned addresses, and the deletion that began. One read for each, strongly consistent.
 */
export function createAccountStore(dependencies: StoreDependencies) {
  const { client, tableName } = dependencies;
  const owners = createAddressOwners(dependencies);

  async function readIdentity(identity: Identity) {
    const item = await readItem(client, tableName, linkKey(identity));
    const { user, deletedAt } = item ? toLink(item) : noLink;
    return {
      issuer: identity.issuer,
      subject: identity.subject,
      email: user?.email ?? null,
      email_verified: user?.isVerified ?? false,
      checked_at: toTimeOrNull(user?.checkedAt),
      asked_at: toTimeOrNull(user?.askedAt),
      former_user_deleted_at: toTimeOrNull(deletedAt),
    };
  }

  return {
    /** The account of a user. */
    async read(user: Profile): Promise<AccountRepresentation> {
      const emails = new Set([
        user.email,
        ...user.identities.map(({ address }) => address.email),
        ...Object.keys(user.releasedAt),
      ]);
      const [identities, addresses, deletion] = await Promise.all([
        Promise.all(user.identities.map(readIdentity)),
        Promise.all(
          [...emails].map(async (email) => ({
            email,
            is_owned: (await owners.find(email)) === user.id,
            released_at: toTimeOrNull(user.releasedAt[email]),
          })),
        ),
        readItem(client, tableName, deletionKey(user.id)),
      ]);
      return {
        identities,
        addresses,
        blocked_at: toTimeOrNull(user.blockedAt),
        deletion_requested_at: deletion ? toTime(toDeletionRecord(deletion).requestedAt) : null,
      };
    },
  };
}
