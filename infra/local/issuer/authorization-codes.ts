import { LRUCache } from 'lru-cache';
import { MAX_CACHE_ENTRIES } from '../cache-size.ts';
import { createExpiringStore } from './expiring-store.ts';

/** One minute. RFC 6749 §4.1.2 allows ten at most, and RFC 9700 §2.1.1 asks for a short life. */
const codeTtlMs = 60_000;

/** The sign-in that an authorization code stands for. */
export interface CodeGrant {
  readonly clientId: string;
  readonly redirectUri: string;
  /** The S256 challenge of RFC 7636. */
  readonly codeChallenge: string;
  readonly subject: string;
  /** The API of the access token; undefined without one. */
  readonly audience: string | undefined;
  readonly scopes: readonly string[];
  readonly sessionId: string;
  readonly nonce: string | undefined;
}

export interface AuthorizationCodes {
  issue(grant: CodeGrant): string;
  /** Gives the sign-in at the first use of a code that has not expired. */
  redeem(code: string): CodeGrant | undefined;
}

/**
 * Makes an empty store of authorization codes. Each code can be used once.
 * @param options.now the clock, in milliseconds since the epoch
 * @param options.onReuse is called with a code that is used again: its tokens should be revoked (RFC 6749 §4.1.2)
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
