import { isStorageFull } from '../errors.ts';
import type { Caller, RefusedCaller } from '../http/caller.ts';
import type { Log } from '../observability/logger.ts';
import { toAddress } from '../users/address.ts';
import { ASK_AGAIN_MS, isIssuedBeforeDeletion, type LinkStore } from '../users/links.ts';
import type { Address, Link, LinkedUser } from '../users/user.ts';
import { AuthorizationServerError, NotYetAcceptableError, TokenError } from './errors.ts';
import { type Profile, profileInClaims } from './profile.ts';
import type { FetchProfile } from './userinfo.ts';
import type { AccessToken } from './verify-token.ts';

export interface IdentifierDependencies {
  /** The issuer of the tenant. Identities belong to it, also those that sign in at a custom domain. */
  readonly tenantIssuer: string;
  readonly links: LinkStore;
  readonly fetchProfile: FetchProfile;
  /** The namespace of the custom claims `email` and `email_verified`, if an Auth0 Action adds them to the token. */
  readonly emailClaimNamespace: string | undefined;
  /** The age at which the address of an identity is compared with the issuer's again. */
  readonly profileMaxAgeMs: number;
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** Finds out which user a verified token acts for. */
export type Identify = (accessToken: AccessToken, token: string) => Promise<Caller | RefusedCaller>;

const RETRY_DELAY_MS = 200;

/**
 * Makes the function that finds the user of a token. The link item names the user. At the first sign-in of an identity
 * it takes the address from the token or asks the issuer for it, and links the identity to the user with the verified
 * address. An unverified address proves nothing: linking by it would hand over the account of the address's owner.
 *
 * Afterwards the user follows the address: see `toNews`. A known user is let in whatever the issuer responds.
 * @returns a function that throws TokenError when the user was deleted after the token was issued, and
 *   AuthorizationServerError when the issuer cannot be asked about a new identity
 */
export function createIdentifier(dependencies: IdentifierDependencies): Identify {
  const { tenantIssuer, links, fetchProfile, emailClaimNamespace, profileMaxAgeMs } = dependencies;
  const { log, now, sleep, random } = dependencies;

  const isDue = ({ checkedAt }: LinkedUser) => now() - checkedAt >= profileMaxAgeMs;

  return async (accessToken, token) => {
    const { subject, opensProfile, scopes, expiresAt, isMachine } = accessToken;
    const refuse = (refusal: RefusedCaller['refusal']): RefusedCaller => ({
      kind: 'refused',
      refusal,
      expiresAt,
    });
    if (isMachine) return refuse('machine_token');

    const identity = { issuer: tenantIssuer, subject };
    const issuedAt = issuedAtOf(accessToken, now());
    const claimed = profileInClaims(accessToken, emailClaimNamespace);
    const toCaller = ({ userId, email, isBlocked }: LinkedUser): Caller | RefusedCaller =>
      isBlocked ? refuse('user_blocked') : { kind: 'user', userId, email, subject, scopes, expiresAt };

    const link = await followed(await find());
    if (link.user) return toCaller(link.user);
    try {
      return await signIn();
    } catch (error) {
      if (isStorageFull(error)) return refuse('no_room_for_identity');
      if (!(error instanceof AuthorizationServerError)) throw error;
      // When many requests of a new user arrive at once, the rate limit lets only some of them ask. They have
      // written the link by now.
      await sleep(RETRY_DELAY_MS * (1 + random()));
      const { user } = await find();
      return user ? toCaller(user) : signIn();
    }

    async function find(): Promise<Link> {
      return unlessOld(await links.find(identity));
    }

    function unlessOld(found: Link): Link {
      if (isIssuedBeforeDeletion(found, issuedAt)) throw new TokenError('user_deleted');
      return found;
    }

    async function signIn(): Promise<Caller | RefusedCaller> {
      if (!claimed && !opensProfile) return refuse('profile_missing');
      const seenAt = claimed ? (issuedAt ?? 0) : now();
      const profile = claimed ?? (await fetchProfile(token, accessToken));
      if ('refusal' in profile) return refuse(profile.refusal);
      const user = await links.signIn(identity, toAddress(profile.email, true, seenAt), issuedAt);
      if (!user) throw new TokenError('user_deleted');
      if (!user.isBlocked) log.info('sign-in', { user_id: user.userId });
      return toCaller(user);
    }

    /** The link after the user followed the address. */
    async function followed(found: Link): Promise<Link> {
      const shown = found.user && (await toNews(found.user));
      if (!found.user || !shown) return found;
      if (shown.email !== found.user.email) log.info('address changed', { user_id: found.user.userId });
      return unlessOld(await links.follow(identity, found, shown));
    }

    /**
     * What is new about the address of a known identity: it changed, or it is time to confirm it. The claims of the
     * token say it. Without them the issuer is asked, if it is time. A token that was issued before the last check
     * says nothing new, so two tokens never alternate.
     */
    async function toNews(user: LinkedUser): Promise<Address | undefined> {
      if (!claimed) return isDue(user) ? askIssuer(user) : undefined;
      const shown = issuedAt === undefined ? undefined : addressIn(claimed, issuedAt);
      if (!shown || shown.seenAt <= user.checkedAt) return undefined;
      const isChanged = shown.email !== user.email || (shown.isVerified && !user.isVerified);
      return isChanged || isDue(user) ? shown : undefined;
    }

    /** Asks the issuer about a known identity. Whatever goes wrong is left to a later request. */
    async function askIssuer(user: LinkedUser): Promise<Address | undefined> {
      const seenAt = now();
      if (!opensProfile || seenAt - (user.askedAt ?? Number.NEGATIVE_INFINITY) < ASK_AGAIN_MS)
        return undefined;
      if (!(await links.beginCheck(identity, user))) return undefined;
      try {
        const profile = await fetchProfile(token, accessToken);
        // A token without the scope `email` shows no address. That says nothing about the address.
        return addressIn(profile, seenAt) ?? { email: user.email, isVerified: user.isVerified, seenAt };
      } catch (error) {
        if (error instanceof AuthorizationServerError || error instanceof NotYetAcceptableError)
          return undefined;
        throw error;
      }
    }
  };
}

/**
 * When the token was issued; undefined when it does not say it. A time in the future counts as now: no later token could
 * show another address before that time.
 * @param time now. Both are in milliseconds since the epoch
 */
function issuedAtOf({ claims: { iat } }: AccessToken, time: number): number | undefined {
  return typeof iat === 'number' && Number.isFinite(iat) ? Math.min(iat * 1_000, time) : undefined;
}

/** The address of a profile; undefined when the profile shows none. */
function addressIn(profile: Profile, seenAt: number): Address | undefined {
  if ('email' in profile) return toAddress(profile.email, true, seenAt);
  return profile.unverifiedEmail === undefined
    ? undefined
    : toAddress(profile.unverifiedEmail, false, seenAt);
}
