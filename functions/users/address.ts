import type { Address, Identity, IdentityOfUser, Profile, User } from './user.ts';

/**
 * Makes an address of what the issuer shows. Addresses that differ only in the case of ASCII letters are one address:
 * Auth0 compares them like this. Nothing else is folded. Unicode's rules map two mailboxes to one text (the Kelvin sign
 * becomes a `k`), and the owner of one mailbox would then be taken for the owner of the other.
 * @param seenAt milliseconds since the epoch
 */
export function toAddress(email: string, isVerified: boolean, seenAt: number): Address {
  return { email: email.replace(/[A-Z]/g, (letter) => letter.toLowerCase()), isVerified, seenAt };
}

/** Whether an identity of the user has this address, verified. Only then may the address lead to the user. */
export function hasAddress({ identities }: Pick<Profile, 'identities'>, email: string): boolean {
  return identities.some(({ address }) => address.isVerified && address.email === email);
}

/** The address that the issuer last showed for an identity of the user. */
export function addressOf(
  { identities }: Pick<Profile, 'identities'>,
  identity: Identity,
): Address | undefined {
  return identities.find((other) => isSame(other, identity))?.address;
}

const isSame = (one: Identity, other: Identity) =>
  one.issuer === other.issuer && one.subject === other.subject;

/**
 * How long a released address is remembered. A function that still claims it for the user has ended by then, so the
 * address can be released once more.
 */
const RELEASE_MEMORY_MS = 3_600_000;

/** The addresses that were released so long ago that they can be forgotten. */
export function forgettable({ releasedAt }: Pick<Profile, 'releasedAt'>, time: number): readonly string[] {
  return Object.keys(releasedAt).filter((email) => time - (releasedAt[email] ?? time) > RELEASE_MEMORY_MS);
}

/**
 * The user after the issuer has shown an address for one of the identities, or for a new one. What the issuer showed
 * earlier changes nothing. A verified address stays verified until it changes. The user gives up an address that no
 * identity has any more, and is shown with an address that one of them has.
 * @param time now, in milliseconds since the epoch
 */
export function withAddress(user: User, identity: Identity, shown: Address, time: number): User {
  const former = addressOf(user, identity);
  if (former && former.seenAt >= shown.seenAt) return user;

  const isVerified = shown.isVerified || (former?.isVerified === true && former.email === shown.email);
  const changed: IdentityOfUser = { ...identity, address: { ...shown, isVerified } };
  const identities = [...user.identities.filter((other) => !isSame(other, identity)), changed].sort(
    bySubject,
  );
  const next = { ...user, identities, revision: user.revision + 1 };

  const forgotten = new Set(forgettable(user, time));
  const isGivenUp = former?.isVerified === true && !hasAddress(next, former.email);
  const released = { ...user.releasedAt, ...(isGivenUp && { [former.email]: time }) };
  const releasedAt = Object.fromEntries(
    Object.entries(released).filter(([email]) => !hasAddress(next, email) && !forgotten.has(email)),
  );
  return { ...next, releasedAt, email: shownEmail(next, changed.address) };
}

/** The address that the user is shown with: the present one while an identity has it, then rather a verified one. */
function shownEmail({ email, identities }: User, changed: Address): string {
  const addresses = identities.map(({ address }) => address);
  if (addresses.some((address) => address.email === email)) return email;
  return [changed, ...addresses].find(({ isVerified }) => isVerified)?.email ?? changed.email;
}

/** One order of identities, so that the representation and the ETag of a user depend on nothing else. */
function bySubject(a: Identity, b: Identity): number {
  const [left, right] = [a, b].map(({ issuer, subject }) => `${issuer} ${subject}`) as [string, string];
  return left < right ? -1 : left > right ? 1 : 0;
}
