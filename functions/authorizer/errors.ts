/** What is wrong with a token, in words for the client. Fixed texts: a template copies them without escaping. */
const tokenFaults = {
  malformed: 'The access token is malformed.',
  unsupported_algorithm: 'The access token is not signed with RS256.',
  wrong_type: 'The token is not an access token.',
  wrong_issuer: 'The access token was issued by someone else.',
  wrong_audience: 'The access token is not meant for this API.',
  bad_signature: 'The signature of the access token is invalid.',
  expired: 'The access token has expired.',
  missing_claim: 'The access token lacks a required claim.',
  bound_token: 'The access token is bound to a key or certificate and cannot be used as a bearer token.',
} as const;

export type TokenFault = keyof typeof tokenFaults;

/** The token is bad, and will be bad when it is sent again. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
  readonly fault: TokenFault;

  constructor(fault: TokenFault, options?: ErrorOptions) {
    super(tokenFaults[fault], options);
    this.fault = fault;
  }
}

/** Why a token is refused that may be good in a moment. */
export type TemporaryFault = 'unknown_key' | 'not_yet_valid' | 'profile_refused';

/**
 * The token is refused now, and may be good in a moment: its key is not published yet, its time has not come, or
 * the issuer did not yet accept it for the profile.
 */
export class NotYetAcceptableError extends Error {
  override readonly name = 'NotYetAcceptableError';
  readonly fault: TemporaryFault;

  constructor(fault: TemporaryFault) {
    super(fault);
    this.fault = fault;
  }
}

/** Auth0 did not answer, or not as it should: nothing is known about the token. */
export class AuthorizationServerError extends Error {
  override readonly name = 'AuthorizationServerError';
}
