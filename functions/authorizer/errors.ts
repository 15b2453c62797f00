/**
 * What is wrong with a token, in words for the client. The texts are fixed: a gateway response copies them into JSON
 * and into a quoted string of a header, without escaping.
 */
const reasons = {
  malformed_header: 'The Authorization header must be Bearer, a space, and one access token.',
  malformed: 'The access token is malformed.',
  opaque: 'The access token is opaque. The usual cause: the client asked Auth0 for no audience.',
  encrypted: 'The access token is encrypted. The usual cause: the client asked Auth0 for no audience.',
  missing_key_id: 'The access token names no signing key: its header has no kid.',
  unsupported_algorithm: 'The access token is not signed with RS256.',
  wrong_type: 'The token is not an access token.',
  wrong_issuer: 'The access token was issued by someone else.',
  wrong_audience: 'The access token is not meant for this API.',
  bad_signature: 'The signature of the access token is invalid.',
  expired: 'The access token has expired.',
  missing_claim: 'The access token lacks a required claim.',
  bound_token: 'The access token is bound to a key or certificate and cannot be used as a bearer token.',
  user_deleted: 'The access token was issued before its user was deleted: sign in again.',
} as const;

export type TokenErrorCode = keyof typeof reasons;

/** The token is bad, and it will be bad when it is sent again. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
  readonly code: TokenErrorCode;

  constructor(code: TokenErrorCode, options?: ErrorOptions) {
    super(reasons[code], options);
    this.code = code;
  }
}

/** Why a token is refused now, although it may be good in a moment. */
export type TemporaryErrorCode = 'unknown_key' | 'not_yet_valid' | 'profile_refused';

/**
 * The token is refused now, and it may be good in a moment: its key is not published yet, its time has not come, or
 * the issuer does not accept it for the profile yet.
 */
export class NotYetAcceptableError extends Error {
  override readonly name = 'NotYetAcceptableError';
  readonly code: TemporaryErrorCode;

  constructor(code: TemporaryErrorCode) {
    super(code);
    this.code = code;
  }
}

/** Auth0 did not respond, or its response is not usable. Nothing is known about the token. */
export class AuthorizationServerError extends Error {
  override readonly name = 'AuthorizationServerError';
}
