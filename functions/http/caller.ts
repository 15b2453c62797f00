import { ProblemError } from './problem.ts';

/** Who is calling, as the authorizer found out. */
export interface Caller {
  readonly userId: string;
  readonly email: string;
  /** The `sub` claim of the token: the identity that the user signed in with. */
  readonly subject: string;
  readonly scopes: readonly string[];
  /** When the token expires, in seconds since the epoch. */
  readonly expiresAt: number;
}

/** Why a valid token belongs to nobody who may use this API. */
export type Refusal = 'machine_token' | 'profile_missing' | 'email_missing' | 'email_unverified';

/** A valid token without a user behind it. */
export interface RefusedCaller {
  readonly refusal: Refusal;
  readonly expiresAt: number;
}

const refusalDetails: Readonly<Record<Refusal, string>> = {
  machine_token: 'This API acts for users: a token from the client credentials grant has none.',
  profile_missing:
    'The token gives no access to the profile of its user: ask for the scopes openid and email.',
  email_missing: 'The account has no email address, or the token was asked for without the scope email.',
  email_unverified: 'The email address of the account is not verified: verify it and sign in again.',
};

/** API Gateway hands the context of an authorizer to the routes as flat strings. */
export type AuthorizerContext = Readonly<Record<string, string | number>>;

/** The context by which the authorizer tells the routes who is calling. `readCaller` is its counterpart. */
export function toAuthorizerContext(caller: Caller | RefusedCaller): AuthorizerContext {
  if ('refusal' in caller) return { refusal: caller.refusal, expires_at: caller.expiresAt };
  return {
    user_id: caller.userId,
    email: caller.email,
    subject: caller.subject,
    scope: caller.scopes.join(' '),
    expires_at: caller.expiresAt,
  };
}

/**
 * The caller in the context of a request, fail closed: whatever is missing is a refusal.
 * A cached policy may outlive its token, so the expiry is checked once more.
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
  if (expiresAt <= now) throw new ProblemError('invalid_token', 'The access token has expired.');

  const { refusal, user_id: userId, email, subject, scope } = context;
  if (refusal !== undefined) {
    const detail = Object.hasOwn(refusalDetails, String(refusal))
      ? refusalDetails[refusal as Refusal]
      : 'The request was not authorized.';
    throw new ProblemError('forbidden', detail);
  }
  if (!isText(userId) || !isText(email) || !isText(subject) || typeof scope !== 'string') {
    throw new ProblemError('forbidden', 'The request was not authorized.');
  }
  return { userId, email, subject, scopes: scope.split(' ').filter(Boolean), expiresAt };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0;
}
