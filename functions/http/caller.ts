import { ProblemError } from './problem.ts';

/** The user who calls, as the authorizer found. */
export interface Caller {
  readonly kind: 'user';
  readonly userId: string;
  readonly email: string;
  /** The `sub` claim of the token: the identity that the user signed in with. */
  readonly subject: string;
  readonly scopes: readonly string[];
  /** When the token expires, in seconds since the epoch. */
  readonly expiresAt: number;
}

/** Why a valid token has no user who may use this API. */
export type Refusal =
  | 'machine_token'
  | 'profile_missing'
  | 'profile_unavailable'
  | 'blocked_at_issuer'
  | 'user_blocked'
  | 'email_missing'
  | 'email_malformed'
  | 'email_unverified'
  | 'connection_unverified'
  | 'no_room_for_identity';

/** The caller behind a valid token without a user. */
export interface RefusedCaller {
  readonly kind: 'refused';
  readonly refusal: Refusal;
  readonly expiresAt: number;
}

/** What the client reads about each refusal. The refusal is the kind of the problem, too. */
const refusalDetails: Readonly<Record<Refusal, string>> = {
  machine_token: 'This API acts for users: a token from the client credentials grant has none.',
  profile_missing:
    'The token gives no access to the profile of its user: ask for the scopes openid and email.',
  profile_unavailable:
    'Auth0 has no profile for this token. The account may be deleted there: sign in again.',
  blocked_at_issuer: 'The account is blocked at Auth0. Its administrator can unblock it.',
  user_blocked: 'An operator of this API blocked this user. An operator can let the user in again.',
  email_missing: 'The account has no email address.',
  email_malformed:
    'The email address of the account is malformed. It needs a local part, an @ and a domain, no spaces, and at most 254 characters.',
  email_unverified: 'The email address of the account is not verified: verify it and sign in again.',
  connection_unverified:
    'The email address of the account is not verified, and the connection of the account does not verify addresses. An administrator of the Auth0 tenant can change that.',
  no_room_for_identity:
    'The data of the user with this email address have reached 10 GB, so no further account can be linked. Sign in as before, delete something, and sign in again.',
};

/**
 * Whether the text can be one scope (RFC 6749 §3.3). Spaces separate the scopes of the context, so a permission with a
 * space would become several scopes. No route requires such a permission.
 */
const isScopeToken = (text: string) => /^[\x21\x23-\x5B\x5D-\x7E]+$/.test(text);

/** The scopes that a new token needs. */
const missingScopes: Readonly<Partial<Record<Refusal, string>>> = { profile_missing: 'openid email' };

/** The response to a valid token without a user who may use this API: a 403 that says why. */
export function refusalError(refusal: Refusal): ProblemError {
  return new ProblemError(refusal, refusalDetails[refusal], { scope: missingScopes[refusal] });
}

/** The context of an authorizer. API Gateway hands it to the routes as flat strings. */
export type CallerContext = Readonly<Record<string, string | number>>;

/** The context of the authorizer. It tells the routes who calls. `readCaller` reads it. */
export function toCallerContext(caller: Caller | RefusedCaller): CallerContext {
  // A policy that denies has its reason under the same name, so that the access log has one field for both.
  if (caller.kind === 'refused') return { reason_code: caller.refusal, expires_at: caller.expiresAt };
  return {
    user_id: caller.userId,
    email: caller.email,
    subject: caller.subject,
    scope: caller.scopes.filter(isScopeToken).join(' '),
    expires_at: caller.expiresAt,
  };
}

/**
 * Reads the caller of a request. It fails closed: whatever is missing is a refusal. A cached policy can outlive its
 * token, so it checks the expiry again.
 * @param context `event.requestContext.authorizer`
 * @param now seconds since the epoch
 * @throws {ProblemError} 401 when the token has expired, 403 when there is no user to act for
 */
export function readCaller(
  context: Readonly<Record<string, unknown>> | null | undefined,
  now: number,
): Caller {
  const expiresAt = Number(context?.expires_at);
  if (!context || !(expiresAt > 0)) throw new ProblemError('forbidden', 'The request was not authorized.');
  if (expiresAt <= now) throw new ProblemError('token_expired', 'The access token has expired.');

  const { reason_code: refusal, user_id: userId, email, subject, scope } = context;
  if (refusal !== undefined) {
    if (!isRefusal(refusal)) throw new ProblemError('forbidden', 'The request was not authorized.');
    throw refusalError(refusal);
  }
  if (!isText(userId) || !isText(email) || !isText(subject) || typeof scope !== 'string') {
    throw new ProblemError('forbidden', 'The request was not authorized.');
  }
  return { kind: 'user', userId, email, subject, scopes: scope.split(' ').filter(Boolean), expiresAt };
}

function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'string' && Object.hasOwn(refusalDetails, value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0;
}
