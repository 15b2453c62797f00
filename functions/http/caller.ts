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
export type Refusal = 'machine_token' | 'profile_missing' | 'email_missing' | 'email_unverified';

/** The caller behind a valid token without a user. */
export interface RefusedCaller {
  readonly kind: 'refused';
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

/** The context of an authorizer. API Gateway hands it to the routes as flat strings. */
export type CallerContext = Readonly<Record<string, string | number>>;

/** The context of the authorizer. It tells the routes who calls. `readCaller` reads it. */
export function toCallerContext(caller: Caller | RefusedCaller): CallerContext {
  if (caller.kind === 'refused') return { refusal: caller.refusal, expires_at: caller.expiresAt };
  return {
    user_id: caller.userId,
    email: caller.email,
    subject: caller.subject,
    scope: caller.scopes.join(' '),
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
  return { kind: 'user', userId, email, subject, scopes: scope.split(' ').filter(Boolean), expiresAt };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0;
}
