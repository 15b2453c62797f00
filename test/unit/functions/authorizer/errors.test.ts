import { describe, expect, it } from 'vitest';
import {
  AuthorizationServerError,
  NotYetAcceptableError,
  TokenError,
  type TokenErrorCode,
} from '../../../../functions/authorizer/errors.ts';

describe('a bad token', () => {
  it.each<[TokenErrorCode, string]>([
    ['malformed_header', 'The Authorization header must be Bearer, a space, and one access token.'],
    ['malformed', 'The access token is malformed.'],
    ['opaque', 'The access token is opaque. The usual cause: the client asked Auth0 for no audience.'],
    ['encrypted', 'The access token is encrypted. The usual cause: the client asked Auth0 for no audience.'],
    ['missing_key_id', 'The access token names no signing key: its header has no kid.'],
    ['unsupported_algorithm', 'The access token is not signed with RS256.'],
    ['wrong_type', 'The token is not an access token.'],
    ['wrong_issuer', 'The access token was issued by someone else.'],
    ['wrong_audience', 'The access token is not meant for this API.'],
    ['bad_signature', 'The signature of the access token is invalid.'],
    ['expired', 'The access token has expired.'],
    ['missing_claim', 'The access token lacks a required claim.'],
    [
      'bound_token',
      'The access token is bound to a key or certificate and cannot be used as a bearer token.',
    ],
  ])('has a fixed text for the client: %s', (code, reason) => {
    const cause = new Error('a cause');
    // The characters of `error_description` (RFC 6750 §3). JSON needs no escape for them either.
    expect(reason).toMatch(/^[ !#-[\]-~]+$/);
    expect(new TokenError(code, { cause })).toMatchObject({
      name: 'TokenError',
      code,
      message: reason,
      cause,
    });
    // A gateway response copies the text into JSON and into a header, without escaping.
    expect(reason).toMatch(/^[A-Za-z0-9 .:,/-]+$/);
  });
});

describe('an error of another kind', () => {
  it('has a name and a code for the log', () => {
    expect(new NotYetAcceptableError('unknown_key')).toMatchObject({
      name: 'NotYetAcceptableError',
      code: 'unknown_key',
      message: 'unknown_key',
    });
    expect(new AuthorizationServerError('down').name).toBe('AuthorizationServerError');
  });
});
