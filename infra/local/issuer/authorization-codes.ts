import { LRUCache } from 'lru-cache';
import { MAX_CACHE_ENTRIES } from '../cache-size.ts';
import { createExpiringStore } from './expiring-store.ts';

/** A code lives a minute: RFC 6749 §4.1.2 allows ten, RFC 9700 §2.1.1 wants it short. */
const codeTtlMs = 60_000;

/** What a user consented to at /authorize, to be exchanged at the token endpoint. */
export interface CodeGrant {
  readonly clientId: string;
  readonly redirectUri: string;
  /** The S256 challenge of RFC 7636. */
  readonly codeChallenge: string;
  readonly subject: string;
  readonly scopes: readonly string[];
  readonly sessionId: string;
  readonly nonce: string | undefined;
}

export interface AuthorizationCodes {
  issue(grant: CodeGrant): string;
  /** What a code stands for, at its first use within its minute. */
  redeem(code: string): CodeGrant | undefined;
}

/**
 * Makes an empty store of single-use codes, on the clock `now` (milliseconds). `onReuse` hears of a code that
 * comes again, so that what was issued for it can be revoked (RFC 6749 §4.1.2).
 */
export function createAuthorizationCodes(options: {
  now: () => number;
  onReuse: (code: string) => void;
}): AuthorizationCodes {
  const codes = createExpiringStore<CodeGrant>({ ttlMs: codeTtlMs, now: options.now });
  const redeemed = new LRUCache<string, true>({ max: MAX_CACHE_ENTRIES });

  return {
    issue: (grant) => codes.add(grant),
    redeem(code) {
      if (redeemed.has(code)) {
        options.onReuse(code);
        return undefined;
      }
      const grant = codes.get(code);
      if (!grant) return undefined;
      codes.delete(code);
      redeemed.set(code, true);
      return grant;
    },
  };
}
