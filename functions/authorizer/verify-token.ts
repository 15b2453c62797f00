import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { NotYetAcceptableError, TokenError, type TokenErrorCode } from './errors.ts';
import type { KeySource } from './jwks.ts';

/** The parts of a verified access token that the API uses. */
export interface AccessToken {
  /** The accepted issuer that `iss` names. It is the tenant's own, or one of its custom domains. */
  readonly issuer: string;
  readonly subject: string;
  /** Whether the UserInfo endpoint accepts the token. */
  readonly opensProfile: boolean;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
  /** From the claim `scope` (RFC 8693 §4.2) and from Auth0's `permissions`. */
  readonly scopes: readonly string[];
  /** Whether it was issued to a machine, by the client credentials grant. */
  readonly isMachine: boolean;
  /** All claims. The names of some depend on the configuration. */
  readonly claims: JWTPayload;
}

export interface TokenVerifierOptions {
  /** The keys of each accepted issuer. A token of any other issuer is refused. */
  readonly keySources: ReadonlyMap<string, KeySource>;
  readonly audience: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export type TokenVerifier = (token: string) => Promise<AccessToken>;

/**
 * How far the clock of Auth0 may be ahead of this function's: a new token is good at once. An expiry has no tolerance,
 * because the routes and Auth0 have none. A client would get other results in these seconds.
 */
const CLOCK_TOLERANCE_SECONDS = 5;
/** OpenID Connect Core §2. */
const MAX_SUBJECT_LENGTH = 255;
const MAX_KEY_ID_LENGTH = 256;
/** `at+jwt` is the type of RFC 9068; Auth0's own profile says `JWT`. */
const accessTokenTypes: ReadonlySet<unknown> = new Set([undefined, 'jwt', 'at+jwt', 'application/at+jwt']);

/**
 * Verifies Auth0 access tokens: signed with RS256 by a key of an accepted issuer, for this audience, and not expired. The
 * keys of one issuer are never used for a token of another.
 * Sources: RFC 8725 (best current practices), https://auth0.com/docs/secure/tokens/access-tokens/validate-access-tokens
 * @returns a function that throws TokenError for a bad token, NotYetAcceptableError for a token that may be good
 *   soon, and AuthorizationServerError when the issuer's keys cannot be fetched
 */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const { keySources, audience, now } = options;

  return async (token) => {
    const { keyId, issuer } = readUnverifiedKeyName(token);
    // Only the whole text of an accepted issuer is in the map, so a token cannot choose another host.
    const findKey = keySources.get(issuer);
    if (!findKey) throw new TokenError('wrong_issuer');
    const { payload } = await jwtVerify(token, await findKey(keyId), {
      algorithms: ['RS256'],
      issuer,
      audience,
      requiredClaims: ['sub', 'exp'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(now()),
    }).catch(rethrowAsTokenError);
    return toAccessToken(payload, issuer, Math.floor(now() / 1000));
  };
}

/** Reads the names of the key and of its issuer, and refuses every token that no key could make valid. */
function readUnverifiedKeyName(token: string): { readonly keyId: string; readonly issuer: string } {
  const { unverifiedHeader, unverifiedPayload } = decodeUnverified(token);
  if (unverifiedHeader.crit !== undefined) throw new TokenError('malformed');
  if (unverifiedHeader.alg !== 'RS256') throw new TokenError('unsupported_algorithm');
  const type: unknown = unverifiedHeader.typ;
  if (!accessTokenTypes.has(typeof type === 'string' ? type.toLowerCase() : type))
    throw new TokenError('wrong_type');
  const issuer: unknown = unverifiedPayload.iss;
  if (typeof issuer !== 'string') throw new TokenError('wrong_issuer');

  const keyId: unknown = unverifiedHeader.kid;
  if (keyId === undefined) throw new TokenError('missing_key_id');
  if (typeof keyId !== 'string' || keyId.length === 0 || keyId.length > MAX_KEY_ID_LENGTH) {
    throw new TokenError('malformed');
  }
  return { keyId, issuer };
}

function decodeUnverified(token: string) {
  const parts = token.split('.');
  // Auth0 gives a client that asks for no audience a token for /userinfo only: an opaque one or, more often, a JWE.
  // A JWE has five parts (RFC 7516 §9). Source: https://auth0.com/docs/secure/tokens/access-tokens
  if (parts.length === 1) throw new TokenError('opaque');
  if (parts.length === 5) throw new TokenError('encrypted');
  if (!parts.every(isCanonicalBase64Url)) throw new TokenError('malformed');
  try {
    return { unverifiedHeader: decodeProtectedHeader(token), unverifiedPayload: decodeJwt(token) };
  } catch (cause) {
    throw new TokenError('malformed', { cause });
  }
}

/**
 * Whether the text is the canonical encoding of its bytes (RFC 4648 §3.5). Decoders ignore unused bits. Without this
 * check one token could be spelt in several ways, and each would be a new entry in the gateway's cache.
 */
function isCanonicalBase64Url(text: string): boolean {
  return Buffer.from(text, 'base64url').toString('base64url') === text;
}

const codeOfClaim: Readonly<Record<string, TokenErrorCode>> = { iss: 'wrong_issuer', aud: 'wrong_audience' };

function rethrowAsTokenError(error: unknown): never {
  if (error instanceof errors.JWTExpired) throw new TokenError('expired');
  if (error instanceof errors.JWSSignatureVerificationFailed) throw new TokenError('bad_signature');
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'nbf' && error.reason === 'check_failed')
      throw new NotYetAcceptableError('not_yet_valid');
    if (error.reason === 'missing') throw new TokenError('missing_claim');
    throw new TokenError(codeOfClaim[error.claim] ?? 'malformed');
  }
  if (error instanceof errors.JOSEError) throw new TokenError('malformed', { cause: error });
  throw error;
}

function toAccessToken(claims: JWTPayload, issuer: string, seconds: number): AccessToken {
  const { sub: subject, aud = [], exp: expiresAt, scope, permissions, gty, client_id } = claims;
  if (typeof subject !== 'string' || typeof expiresAt !== 'number') throw new TokenError('missing_claim');
  // JSON has numbers that are too large for JavaScript. It reads them as Infinity.
  if (!Number.isFinite(expiresAt)) throw new TokenError('malformed');
  if (expiresAt <= seconds) throw new TokenError('expired');
  if (subject.length === 0 || subject.length > MAX_SUBJECT_LENGTH) throw new TokenError('malformed');
  // UTF-8 cannot express an unpaired surrogate. All of them would become one character, and several subjects one user.
  if (!subject.isWellFormed()) throw new TokenError('malformed');
  // The sender must prove a confirmation key (RFC 7800: DPoP, mutual TLS). A bearer token proves nothing.
  if (claims.cnf !== undefined) throw new TokenError('bound_token');
  const granted = toScopes(scope);
  return {
    issuer,
    subject,
    opensProfile: granted.includes('openid') || [aud].flat().some(isUserinfo),
    expiresAt,
    scopes: [...new Set([...granted, ...toTexts(permissions)])],
    // The profile of RFC 9068 has no `gty`. There the client is the subject (§2.2).
    isMachine: gty === 'client-credentials' || subject.endsWith('@clients') || subject === client_id,
    claims,
  };
}

/**
 * Whether the audience is a UserInfo endpoint. Auth0 adds it for the scope `openid`, under the tenant's own name, also
 * when the token is from a custom domain.
 */
const isUserinfo = (audience: unknown) => typeof audience === 'string' && audience.endsWith('/userinfo');

function toScopes(scope: unknown): string[] {
  return typeof scope === 'string' ? scope.split(' ').filter(Boolean) : toTexts(scope);
}

function toTexts(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((text) => typeof text === 'string') : [];
}
