import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { Log } from '../observability/logger.ts';
import { AuthorizationServerError, NotYetAcceptableError } from './errors.ts';
import { type Fetch, fetchJson } from './http.ts';

/** The public keys by key id. */
type Keys = ReadonlyMap<string, KeyObject>;

export interface KeySourceOptions {
  readonly issuer: string;
  readonly fetch: Fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Log;
  /** The keys that were deployed with the function. With them a cold start needs no network. */
  readonly deployedKeys?: unknown;
  /** How long no other request follows a request, whatever its outcome. */
  readonly cooldownMs?: number;
  /** The age at which the keys are fetched again. A withdrawn key is trusted no longer than this. */
  readonly maxAgeMs?: number;
  readonly timeoutMs?: number;
}

/** Finds the key that a token names. */
export type KeySource = (keyId: string) => Promise<KeyObject>;

/**
 * The issuer's signing keys. A known key costs nothing. An unknown key id, or a key set that is too old, asks the
 * issuer. All callers share one request, and no other follows within the cooldown. So a flood of made-up key ids cannot
 * use up Auth0's rate limit. While the issuer is out of reach, the known keys stay in use.
 * Source: https://auth0.com/docs/secure/tokens/json-web-tokens/json-web-key-sets
 */
export function createKeySource(options: KeySourceOptions): KeySource {
  const {
    issuer,
    fetch,
    now,
    log,
    deployedKeys,
    cooldownMs = 30_000,
    maxAgeMs = 3_600_000,
    timeoutMs = 2_000,
  } = options;
  let keys: Keys = deployedKeys === undefined ? new Map() : parseKeys(deployedKeys);
  let refreshedAt = deployedKeys === undefined ? Number.NEGATIVE_INFINITY : now();
  let askedAt = Number.NEGATIVE_INFINITY;
  let failure: AuthorizationServerError | undefined;
  let refreshing: Promise<void> | undefined;

  async function refresh(): Promise<void> {
    askedAt = now();
    try {
      const { status, body } = await fetchJson(fetch, `${issuer}.well-known/jwks.json`, {
        timeoutMs,
        onOutcome: (outcome) => log.info('jwks', { outcome }, { JwksRequests: 1 }),
      });
      if (status !== 200)
        throw new AuthorizationServerError(`The request for the key set got the status ${status}`);
      keys = parseKeys(body);
      refreshedAt = now();
      failure = undefined;
    } catch (error) {
      if (!(error instanceof AuthorizationServerError)) throw error;
      failure = error;
    }
  }

  return async (keyId) => {
    const isOld = now() - refreshedAt >= maxAgeMs;
    if (isOld || !keys.has(keyId)) {
      if (!refreshing && now() - askedAt >= cooldownMs) {
        refreshing = refresh().finally(() => {
          refreshing = undefined;
        });
      }
      await refreshing;
    }
    const key = keys.get(keyId);
    if (key) return key;
    throw failure ?? new NotYetAcceptableError('unknown_key');
  };
}

const MIN_MODULUS_BITS = 2_048;

/**
 * Reads a JWK Set (RFC 7517 §5). It takes RSA keys for RS256 signatures of at least 2,048 bits (RFC 7518 §3.3), and
 * ignores other keys as RFC 7517 says.
 * @throws {AuthorizationServerError} when no usable key is left
 */
function parseKeys(body: unknown): Keys {
  const members: unknown = (body as { keys?: unknown } | null)?.keys;
  const keys = new Map<string, KeyObject>();
  for (const member of Array.isArray(members) ? members : []) {
    const key = toPublicKey(member);
    if (key) keys.set(member.kid, key);
  }
  if (keys.size === 0) throw new AuthorizationServerError('The key set has no usable key');
  return keys;
}

function toPublicKey(
  jwk: JsonWebKey & { use?: unknown; alg?: unknown; kid?: unknown },
): KeyObject | undefined {
  const isSigningKey =
    jwk?.kty === 'RSA' &&
    typeof jwk.kid === 'string' &&
    (jwk.use ?? 'sig') === 'sig' &&
    (jwk.alg ?? 'RS256') === 'RS256';
  if (!isSigningKey) return undefined;
  try {
    const key = createPublicKey({ key: { kty: 'RSA', n: jwk.n, e: jwk.e } as JsonWebKey, format: 'jwk' });
    const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
    const isStrong =
      modulusLength >= MIN_MODULUS_BITS && publicExponent >= 65_537n && publicExponent % 2n === 1n;
    return isStrong ? key : undefined;
  } catch {
    return undefined;
  }
}
