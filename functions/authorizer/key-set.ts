import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { parseJson } from '../json.ts';

/** Public keys by their key ids. */
export type KeySet = ReadonlyMap<string, KeyObject>;

/** Keys that an issuer published, and when. */
export interface PublishedKeys {
  readonly keys: KeySet;
  /** Milliseconds since the epoch. */
  readonly fetchedAt: number;
}

const MIN_MODULUS_BITS = 2_048;

/**
 * Reads a JWK Set (RFC 7517 §5). It takes RSA keys for RS256 signatures of at least 2,048 bits (RFC 7518 §3.3), and
 * ignores other keys as RFC 7517 says.
 * @returns no key for a value that is not a JWK Set
 */
export function parseKeySet(body: unknown): KeySet {
  const members: unknown = (body as { keys?: unknown } | null)?.keys;
  const keys = new Map<string, KeyObject>();
  for (const member of Array.isArray(members) ? members : []) {
    const key = toPublicKey(member);
    if (key) keys.set(member.kid, key);
  }
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

/**
 * Writes keys for the environment of the authorizer, which is small: each key has only the members that a verifier
 * needs. The order is fixed, so that the same keys make the same text.
 */
export function formatDeployedKeys({ keys, fetchedAt }: PublishedKeys): string {
  const sorted = [...keys].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify({
    fetched_at: Math.floor(fetchedAt / 1_000),
    keys: sorted.map(([kid, key]) => ({ kid, ...key.export({ format: 'jwk' }) })),
  });
}

/**
 * Reads what `formatDeployedKeys` wrote. Without a time, the keys count as very old.
 * @returns undefined when there is no usable key. A function must not fail because of its environment: it fetches keys
 */
export function parseDeployedKeys(text: string): PublishedKeys | undefined {
  try {
    const body = parseJson(text);
    const keys = parseKeySet(body);
    const seconds = Number((body as { fetched_at?: unknown }).fetched_at);
    return keys.size === 0 ? undefined : { keys, fetchedAt: seconds > 0 ? seconds * 1_000 : 0 };
  } catch {
    return undefined;
  }
}
