import type { KeyObject } from 'node:crypto';
import { RETRY_AFTER_SECONDS } from '../http/problem.ts';
import type { Log } from '../observability/logger.ts';
import { AuthorizationServerError, NotYetAcceptableError } from './errors.ts';
import { type Fetch, fetchJson } from './http.ts';
import { type KeySet, type PublishedKeys, parseKeySet } from './key-set.ts';

export interface KeySourceOptions {
  readonly issuer: string;
  readonly fetch: Fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Log;
  /** The keys of this issuer that were deployed with the function. While they are young, no request is needed. */
  readonly deployedKeys?: PublishedKeys | undefined;
  /** How long no other request follows a request. */
  readonly cooldownMs?: number;
  /** The same after a failed request, for a token that cannot be checked without it: its client got a 503. */
  readonly retryMs?: number;
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
 * @returns a function that throws NotYetAcceptableError for an unknown key id, and AuthorizationServerError when the
 *   keys cannot be fetched
 */
export function createKeySource(options: KeySourceOptions): KeySource {
  const {
    issuer,
    fetch,
    now,
    log,
    deployedKeys,
    cooldownMs = 30_000,
    retryMs = RETRY_AFTER_SECONDS * 1_000,
    maxAgeMs = 3_600_000,
    timeoutMs = 2_000,
  } = options;
  let keys: KeySet = deployedKeys?.keys ?? new Map();
  let fetchedAt = deployedKeys?.fetchedAt ?? Number.NEGATIVE_INFINITY;
  let askedAt = Number.NEGATIVE_INFINITY;
  let failure: AuthorizationServerError | undefined;
  let refreshing: Promise<void> | undefined;

  /** A time that is in the future was noted before the clock was set back. It counts as long ago. */
  const hasPassed = (milliseconds: number, since: number) => {
    const elapsed = now() - since;
    return elapsed < 0 || elapsed >= milliseconds;
  };

  async function refresh(): Promise<void> {
    askedAt = now();
    try {
      const { status, body } = await fetchJson(fetch, `${issuer}.well-known/jwks.json`, {
        timeoutMs,
        onOutcome: (outcome) => log.info('jwks', { outcome }),
      });
      if (status !== 200)
        throw new AuthorizationServerError(`The request for the key set got the status ${status}`);
      const published = parseKeySet(body);
      if (published.size === 0) throw new AuthorizationServerError('The key set has no usable key');
      keys = published;
      fetchedAt = now();
      failure = undefined;
    } catch (error) {
      if (!(error instanceof AuthorizationServerError)) throw error;
      failure = error;
    }
  }

  return async (keyId) => {
    const isKnown = keys.has(keyId);
    if (!isKnown || hasPassed(maxAgeMs, fetchedAt)) {
      const pause = failure && !isKnown ? retryMs : cooldownMs;
      if (!refreshing && hasPassed(pause, askedAt)) {
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
