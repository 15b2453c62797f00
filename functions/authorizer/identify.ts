import type { Caller, RefusedCaller } from '../http/caller.ts';
import type { Log } from '../observability/logger.ts';
import type { UserStore } from '../users/store.ts';
import type { LinkedUser } from '../users/user.ts';
import { AuthorizationServerError } from './errors.ts';
import { profileInClaims } from './profile.ts';
import type { FetchProfile } from './userinfo.ts';
import type { AccessToken } from './verify-token.ts';

export interface IdentifierDependencies {
  /** The issuer of the tenant. Identities belong to it, also those that sign in at a custom domain. */
  readonly tenantIssuer: string;
  readonly users: Pick<UserStore, 'findLink' | 'linkIdentity'>;
  readonly fetchProfile: FetchProfile;
  /** The namespace of the custom claims `email` and `email_verified`, if an Auth0 Action adds them to the token. */
  readonly emailClaimNamespace: string | undefined;
  readonly log: Log;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** Finds out which user a verified token acts for. */
export type Identify = (accessToken: AccessToken, token: string) => Promise<Caller | RefusedCaller>;

const RETRY_DELAY_MS = 200;

/**
 * Makes the function that finds the user of a token. The link item names the user. Only at the first sign-in of an
 * identity it asks the issuer for the profile, and links the identity to the user with the verified email address. An
 * unverified address proves nothing: linking by it would hand over the account of the address's owner.
 * @returns a function that throws AuthorizationServerError when the issuer cannot be asked
 */
export function createIdentifier(dependencies: IdentifierDependencies): Identify {
  const { tenantIssuer, users, fetchProfile, emailClaimNamespace, log, sleep, random } = dependencies;

  return async (accessToken, token) => {
    const { subject, opensProfile, scopes, expiresAt, isMachine } = accessToken;
    const refuse = (refusal: RefusedCaller['refusal']): RefusedCaller => ({
      kind: 'refused',
      refusal,
      expiresAt,
    });
    if (isMachine) return refuse('machine_token');

    const identity = { issuer: tenantIssuer, subject };
    const toCaller = ({ userId, email }: LinkedUser): Caller => ({
      kind: 'user',
      userId,
      email,
      subject,
      scopes,
      expiresAt,
    });
    const signIn = async () => {
      const known = profileInClaims(accessToken, emailClaimNamespace);
      if (!known && !opensProfile) return refuse('profile_missing');
      const profile = known ?? (await fetchProfile(token, accessToken));
      if ('refusal' in profile) return refuse(profile.refusal);
      const user = await users.linkIdentity(identity, profile.email);
      log.info('sign-in', { user_id: user.userId }, { SignIns: 1 });
      return toCaller(user);
    };

    const link = await users.findLink(identity);
    if (link) return toCaller(link);
    try {
      return await signIn();
    } catch (error) {
      if (!(error instanceof AuthorizationServerError)) throw error;
      // When many requests of a new user arrive at once, the rate limit lets only some of them ask. They have
      // written the link by now.
      await sleep(RETRY_DELAY_MS * (1 + random()));
      const linkByNow = await users.findLink(identity);
      return linkByNow ? toCaller(linkByNow) : signIn();
    }
  };
}
