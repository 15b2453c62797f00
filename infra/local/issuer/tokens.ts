import { userinfoAudience } from './audience.ts';
import type { OpaqueTokens } from './opaque-tokens.ts';
import { scopedClaims } from './profile.ts';
import { parseScope, userPermissions } from './scopes.ts';
import type { SigningKeys } from './signing-keys.ts';
import type { StoredUser } from './users.ts';

/** Lifetimes in seconds. They are Auth0's defaults. Source: https://auth0.com/docs/secure/tokens/token-best-practices */
export const accessTokenSeconds = 86_400;
const idTokenSeconds = 36_000;

/** A sign-in of a user at a client, with its scopes. */
export interface UserGrant {
  readonly user: StoredUser;
  readonly clientId: string;
  /** The name of the issuer that the client used. */
  readonly issuer: string;
  /** The API; undefined for a token that is good for /userinfo only. */
  readonly audience: string | undefined;
  readonly scopes: readonly string[];
  /** Auth0's `gty` claim. A token from an authorization code has none. */
  readonly grantType?: string;
  readonly nonce?: string | undefined;
  /** The browser session of the sign-in. */
  readonly sessionId?: string;
}

export interface MintOptions {
  readonly subject?: string;
  /** These replace the usual claims. A value of undefined removes a claim. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** These replace parameters of the protected header, except `alg`. */
  readonly header?: Readonly<Record<string, unknown>>;
  /** Seconds from now. A negative number makes an expired token. The default is 86,400. */
  readonly expiresInSeconds?: number;
  /** All these scopes are granted. The default is `openid profile email`. */
  readonly scope?: string;
  /** The kid of the key that signs. The default is the current key. */
  readonly kid?: string;
}

export interface Tokens {
  userAccessToken(grant: UserGrant): Promise<string>;
  machineAccessToken(issuer: string, clientId: string, scopes: readonly string[]): Promise<string>;
  idToken(grant: UserGrant): Promise<string>;
  mint(options: MintOptions & { user: StoredUser | undefined; clientId: string }): Promise<string>;
}

/**
 * Makes a factory for access tokens and ID tokens. Access tokens have Auth0's own profile.
 * Source: https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
 * @param options.now the clock, in milliseconds since the epoch
 */
export function createTokens(options: {
  keys: SigningKeys;
  opaqueTokens: OpaqueTokens;
  /** The tenant's own name. Minted tokens have it. */
  tenant: string;
  audience: string;
  apiScopes: readonly string[];
  now: () => number;
}): Tokens {
  const { keys, opaqueTokens, tenant, audience, apiScopes } = options;

  const lifetime = (seconds: number) => {
    const iat = Math.floor(options.now() / 1000);
    return { iat, exp: iat + seconds };
  };

  const accessClaims = (token: {
    issuer: string;
    subject: string;
    clientId: string;
    audience: string | undefined;
    scopes: readonly string[];
    permissions?: readonly string[];
    seconds: number;
    grantType?: string | undefined;
  }) => {
    const audiences = [
      ...(token.audience === undefined ? [] : [token.audience]),
      ...(token.scopes.includes('openid') ? [userinfoAudience(tenant)] : []),
    ];
    return {
      iss: token.issuer,
      sub: token.subject,
      aud: audiences.length > 1 ? audiences : audiences[0],
      ...lifetime(token.seconds),
      scope: token.scopes.length > 0 ? token.scopes.join(' ') : undefined,
      gty: token.grantType,
      azp: token.clientId,
      permissions: token.permissions,
    };
  };

  return {
    userAccessToken(grant) {
      const claims = accessClaims({
        ...grant,
        subject: grant.user.subject,
        seconds: accessTokenSeconds,
      });
      if (grant.audience === undefined) return opaqueTokens.seal(claims);
      return keys.sign({ ...claims, permissions: userPermissions(grant.user, apiScopes) });
    },
    machineAccessToken: (issuer, clientId, scopes) =>
      keys.sign(
        accessClaims({
          issuer,
          subject: `${clientId}@clients`,
          clientId,
          audience,
          scopes,
          permissions: scopes,
          seconds: accessTokenSeconds,
          grantType: 'client-credentials',
        }),
      ),
    idToken: ({ issuer, user, clientId, scopes, nonce, sessionId }) =>
      keys.sign({
        ...scopedClaims(user, scopes),
        iss: issuer,
        aud: clientId,
        ...lifetime(idTokenSeconds),
        sid: sessionId,
        nonce,
      }),
    mint: ({ user, clientId, ...mint }) =>
      keys.sign(
        {
          ...accessClaims({
            issuer: tenant,
            subject: mint.subject ?? user?.subject ?? 'auth0|minted',
            clientId,
            audience,
            scopes: parseScope(mint.scope ?? 'openid profile email'),
            permissions: user ? userPermissions(user, apiScopes) : [],
            seconds: mint.expiresInSeconds ?? accessTokenSeconds,
          }),
          ...mint.claims,
        },
        { kid: mint.kid, header: mint.header },
      ),
  };
}
