import type { Log } from '../observability/logger.ts';
import { AuthorizationServerError, NotYetAcceptableError } from './errors.ts';
import { type Fetch, fetchJson } from './http.ts';
import type { AccessToken } from './verify-token.ts';

/** The user of a token, as the issuer describes it. */
export interface Profile {
  readonly email: string | undefined;
  readonly emailVerified: boolean;
}

export interface UserinfoOptions {
  readonly fetch: Fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Log;
  readonly timeoutMs?: number;
}

/**
 * Asks for the profile of a token's user, at the issuer of the token.
 * @param verified the issuer and the subject of the verified token
 * @throws {AuthorizationServerError} when there is no valid response, or the rate limit allows no request yet
 * @throws {NotYetAcceptableError} when the issuer does not accept the token: its clock may differ from ours
 */
export type FetchProfile = (
  token: string,
  verified: Pick<AccessToken, 'issuer' | 'subject'>,
) => Promise<Profile>;

/** How many rate-limited users are remembered. It bounds the memory; honest traffic stays far below. */
const MAX_LIMITED = 1_000;
const DEFAULT_RESET_MS = 5_000;
const MAX_RESET_MS = 300_000;

/**
 * Asks the UserInfo endpoint (OpenID Connect Core §5.3). Auth0 limits the requests for each user, and says when the
 * limit is reset. Until then it makes no request for that user at that issuer.
 * Source: https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy
 */
export function createProfileFetcher(options: UserinfoOptions): FetchProfile {
  const { fetch, now, log, timeoutMs = 1_500 } = options;
  const limitedUntil = new Map<string, number>();

  return async (token, { issuer, subject }) => {
    const user = `${issuer} ${subject}`;
    if ((limitedUntil.get(user) ?? 0) > now())
      throw new AuthorizationServerError('The profile is rate limited');
    limitedUntil.delete(user);

    const { status, headers, body } = await fetchJson(fetch, `${issuer}userinfo`, {
      headers: { Authorization: `Bearer ${token}` },
      timeoutMs,
      onOutcome: (outcome) => log.info('userinfo', { outcome }, { UserinfoRequests: 1 }),
    });
    if (status === 200) return toProfile(body, subject);
    if (status === 401 || status === 403) throw new NotYetAcceptableError('profile_refused');
    if (status === 429) {
      const oldest = limitedUntil.keys().next();
      if (limitedUntil.size >= MAX_LIMITED && !oldest.done) limitedUntil.delete(oldest.value);
      limitedUntil.set(user, resetTime(headers, now()));
    }
    throw new AuthorizationServerError(`The request for the profile got the status ${status}`);
  };
}

/** A response with another subject is about somebody else, and must not be used (§5.3.2). */
function toProfile(body: unknown, subject: string): Profile {
  const { sub, email, email_verified } = (body ?? {}) as Readonly<Record<string, unknown>>;
  if (sub !== subject) throw new AuthorizationServerError('The profile is of another subject');
  return {
    email: typeof email === 'string' && email.includes('@') ? email : undefined,
    emailVerified: email_verified === true,
  };
}

/** When the limit is reset, in milliseconds since the epoch. `x-ratelimit-reset` is in seconds since the epoch. */
function resetTime(headers: Headers, now: number): number {
  const reset = Number(headers.get('x-ratelimit-reset')) * 1_000;
  const retryAfter = now + Number(headers.get('retry-after')) * 1_000;
  const time = reset > now ? reset : retryAfter > now ? retryAfter : now + DEFAULT_RESET_MS;
  return Math.min(time, now + MAX_RESET_MS);
}
