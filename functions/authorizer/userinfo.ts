import type { Log } from '../observability/logger.ts';
import { AuthorizationServerError, NotYetAcceptableError } from './errors.ts';
import { type Fetch, fetchJson, type JsonResponse } from './http.ts';
import type { RequestOutcome } from './outcomes.ts';
import { type Profile, readProfile } from './profile.ts';
import type { AccessToken } from './verify-token.ts';

export interface UserinfoOptions {
  readonly fetch: Fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Log;
  readonly timeoutMs?: number;
}

/**
 * Asks for the profile of a token's user, at the issuer of the token.
 * @param verified the issuer, the subject and the scopes of the verified token
 * @returns a refusal also when the issuer says that there is no such profile
 * @throws {AuthorizationServerError} when there is no valid response, or the rate limit allows no request yet
 * @throws {NotYetAcceptableError} when the issuer does not accept the token: its clock may differ from ours
 */
export type FetchProfile = (
  token: string,
  verified: Pick<AccessToken, 'issuer' | 'subject' | 'scopes'>,
) => Promise<Profile>;

/** How many rate-limited users are remembered. It bounds the memory; honest traffic stays far below. */
const MAX_LIMITED = 1_000;
const DEFAULT_RESET_MS = 5_000;
const MAX_RESET_MS = 300_000;
/** The statuses below 500 that say "try again": Request Timeout, Too Early and Too Many Requests. */
const temporary: ReadonlySet<number> = new Set([408, 425, 429]);

/** When a user may not be asked about, in milliseconds since the epoch. A clock that was set back is before `since`. */
interface Limit {
  readonly since: number;
  readonly until: number;
}

/**
 * Asks the UserInfo endpoint (OpenID Connect Core §5.3). Auth0 limits the requests for each user, and says when the
 * limit is reset. Until then it makes no request for that user at that issuer.
 * Source: https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy
 */
export function createProfileFetcher(options: UserinfoOptions): FetchProfile {
  const { fetch, now, log, timeoutMs = 1_500 } = options;
  const limits = new Map<string, Limit>();
  const onOutcome = (outcome: RequestOutcome) =>
    log.info('userinfo', { outcome }, outcome === 'rate_limited' ? { UserinfoRateLimited: 1 } : undefined);

  return async (token, { issuer, subject, scopes }) => {
    const user = `${issuer} ${subject}`;
    const limit = limits.get(user);
    if (limit && limit.since <= now() && now() < limit.until)
      throw new AuthorizationServerError('The profile is rate limited');
    limits.delete(user);

    const { status, headers, body } = await fetchJson(fetch, `${issuer}userinfo`, {
      headers: { Authorization: `Bearer ${token}` },
      timeoutMs,
      onOutcome,
    });
    if (status === 200) return toProfile(body, subject, scopes);
    if (status === 401 || status === 403) return toRefusal({ headers, body });
    if (status === 429) {
      const oldest = limits.keys().next();
      if (limits.size >= MAX_LIMITED && !oldest.done) limits.delete(oldest.value);
      limits.set(user, { since: now(), until: resetTime(headers, now()) });
    }
    if (status >= 500 || temporary.has(status))
      throw new AuthorizationServerError(`The request for the profile got the status ${status}`);
    return { refusal: 'profile_unavailable' };
  };
}

/**
 * A response with another subject is about somebody else, and must not be used (§5.3.2). It has no address for a token
 * without the scope `email` (§5.4): then the token lacks a scope, and nothing is known about the account.
 */
function toProfile(body: unknown, subject: string, scopes: readonly string[]): Profile {
  const claims = (body ?? {}) as Readonly<Record<string, unknown>>;
  if (claims.sub !== subject) throw new AuthorizationServerError('The profile is of another subject');
  const profile = readProfile(claims, subject);
  const isHidden = 'refusal' in profile && profile.refusal === 'email_missing' && !scopes.includes('email');
  return isHidden ? { refusal: 'profile_missing' } : profile;
}

/**
 * Why the issuer refuses the token for the profile. It names the reason in `WWW-Authenticate` (RFC 6750 §3) or in an
 * error object, such as `{"error":"unauthorized","error_description":"user is blocked"}`.
 * @throws {NotYetAcceptableError} for any other reason
 */
function toRefusal({ headers, body }: Pick<JsonResponse, 'headers' | 'body'>): Profile {
  const reason = `${headers.get('www-authenticate')} ${JSON.stringify(body)}`;
  if (/blocked/i.test(reason)) return { refusal: 'blocked_at_issuer' };
  if (reason.includes('insufficient_scope')) return { refusal: 'profile_missing' };
  throw new NotYetAcceptableError('profile_refused');
}

/** When the limit is reset, in milliseconds since the epoch. `x-ratelimit-reset` is in seconds since the epoch. */
function resetTime(headers: Headers, now: number): number {
  const reset = Number(headers.get('x-ratelimit-reset')) * 1_000;
  const retryAfter = now + Number(headers.get('retry-after')) * 1_000;
  const time = reset > now ? reset : retryAfter > now ? retryAfter : now + DEFAULT_RESET_MS;
  return Math.min(time, now + MAX_RESET_MS);
}
