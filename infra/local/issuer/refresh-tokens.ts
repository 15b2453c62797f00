import { LRUCache } from 'lru-cache';
import { MAX_CACHE_ENTRIES } from '../cache-size.ts';
import { randomSecret } from './secrets.ts';

/** The grant that a refresh token stands for. */
export interface RefreshGrant {
  readonly clientId: string;
  readonly subject: string;
  /** The API of the access tokens; undefined without one. */
  readonly audience: string | undefined;
  readonly scopes: readonly string[];
  /** All refresh tokens of one sign-in have the same family. */
  readonly family: string;
}

export interface RefreshTokens {
  issue(grant: RefreshGrant): string;
  /** Gives the grant of a token that is neither used nor revoked. */
  find(token: string): RefreshGrant | undefined;
  /** Marks a token as used, and issues a new token of its family. */
  rotate(token: string, grant: RefreshGrant): string;
  revokeFamily(family: string): void;
}

/**
 * Makes an empty store of rotating refresh tokens. If a used token comes again, it or its successor was stolen, so
 * `find` revokes the whole family.
 * Source: https://auth0.com/docs/secure/tokens/refresh-tokens/refresh-token-rotation
 */
export function createRefreshTokens(): RefreshTokens {
  const tokens = new LRUCache<string, { grant: RefreshGrant; used: boolean }>({ max: MAX_CACHE_ENTRIES });

  const issue = (grant: RefreshGrant) => {
    const token = randomSecret();
    tokens.set(token, { grant, used: false });
    return token;
  };

  const revokeFamily = (family: string) => {
    for (const [token, entry] of [...tokens]) if (entry.grant.family === family) tokens.delete(token);
  };

  return {
    issue,
    find(token) {
      const entry = tokens.get(token);
      if (entry?.used) revokeFamily(entry.grant.family);
      return entry?.used ? undefined : entry?.grant;
    },
    rotate(token, grant) {
      tokens.set(token, { grant, used: true });
      return issue(grant);
    },
    revokeFamily,
  };
}
