import { LRUCache } from 'lru-cache';
import { MAX_CACHE_ENTRIES } from '../cache-size.ts';
import { randomSecret } from './secrets.ts';

/** What a refresh token stands for. */
export interface RefreshGrant {
  readonly clientId: string;
  readonly subject: string;
  readonly scopes: readonly string[];
  /** The tokens that descend from one sign-in share a family. */
  readonly family: string;
}

export interface RefreshTokens {
  issue(grant: RefreshGrant): string;
  /** What a token that is still good stands for. */
  find(token: string): RefreshGrant | undefined;
  /** Replaces a token, which is spent by that, with a new one of its family. */
  rotate(token: string, grant: RefreshGrant): string;
  revokeFamily(family: string): void;
}

/**
 * Makes an empty store of rotating refresh tokens. A spent token that comes back was stolen, or its successor
 * was: `find` then revokes the whole family.
 * https://auth0.com/docs/secure/tokens/refresh-tokens/refresh-token-rotation
 */
export function createRefreshTokens(): RefreshTokens {
  const tokens = new LRUCache<string, { grant: RefreshGrant; spent: boolean }>({ max: MAX_CACHE_ENTRIES });

  const issue = (grant: RefreshGrant) => {
    const token = randomSecret();
    tokens.set(token, { grant, spent: false });
    return token;
  };

  const revokeFamily = (family: string) => {
    for (const [token, entry] of [...tokens]) if (entry.grant.family === family) tokens.delete(token);
  };

  return {
    issue,
    find(token) {
      const entry = tokens.get(token);
      if (entry?.spent) revokeFamily(entry.grant.family);
      return entry?.spent ? undefined : entry?.grant;
    },
    rotate(token, grant) {
      tokens.set(token, { grant, spent: true });
      return issue(grant);
    },
    revokeFamily,
  };
}
