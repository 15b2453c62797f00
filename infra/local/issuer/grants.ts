import { machineAudience, userAudience } from './audience.ts';
import type { AuthorizationCodes, CodeGrant } from './authorization-codes.ts';
import type { IssuerClient } from './clients.ts';
import type { Parameters } from './http.ts';
import { missingParameter, OAuthError } from './oauth-error.ts';
import type { RefreshTokens } from './refresh-tokens.ts';
import { grantedMachineScopes, grantedUserScopes, parseScope } from './scopes.ts';
import { randomSecret, secretsEqual, sha256 } from './secrets.ts';
import { accessTokenSeconds, type Tokens, type UserGrant } from './tokens.ts';
import { defaultConnection, type IssuerUser, type UserDirectory } from './users.ts';

/** The response of the token endpoint (RFC 6749 §5.1, OIDC Core §3.1.3.3). */
export interface TokenResponse {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
  readonly scope?: string;
  readonly expires_in: number;
  readonly token_type: 'Bearer';
}

/**
 * Serves the requests of one grant type. The client is authenticated. The tokens have the issuer name `issuer`.
 * @throws {OAuthError} to refuse the request
 */
export type Grant = (client: IssuerClient, parameters: Parameters, issuer: string) => Promise<TokenResponse>;

/** Makes the grants that the token endpoint supports, by their `grant_type`. */
export function createGrants(options: {
  users: UserDirectory;
  tokens: Tokens;
  codes: AuthorizationCodes;
  refreshTokens: RefreshTokens;
  tenant: string;
  audience: string;
  apiScopes: readonly string[];
}): ReadonlyMap<string, Grant> {
  const { users, tokens, codes, refreshTokens, audience, apiScopes } = options;

  /** Without an API, a token has no scopes of the API. */
  const userScopes = (
    requested: readonly string[],
    grant: { user: IssuerUser; client: IssuerClient; audience: string | undefined },
  ) => grantedUserScopes(requested, { ...grant, apiScopes: grant.audience === undefined ? [] : apiScopes });

  const respond = async (grant: UserGrant, refreshToken: string | undefined): Promise<TokenResponse> => ({
    access_token: await tokens.userAccessToken(grant),
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    ...(grant.scopes.includes('openid') && { id_token: await tokens.idToken(grant) }),
    ...(grant.scopes.length > 0 && { scope: grant.scopes.join(' ') }),
    expires_in: accessTokenSeconds,
    token_type: 'Bearer',
  });

  const firstRefreshToken = ({ user, clientId, audience, scopes }: UserGrant, family: string) =>
    scopes.includes('offline_access')
      ? refreshTokens.issue({ clientId, subject: user.subject, audience, scopes, family })
      : undefined;

  const passwordGrant = async (
    connection: string,
    client: IssuerClient,
    parameters: Parameters,
    issuer: string,
  ) => {
    const username = required(parameters, 'username');
    const password = required(parameters, 'password');
    const audience = userAudience(parameters.get('audience'), options);
    const user = users.authenticate(connection, username, password);
    if (!user) throw invalidGrant('Wrong email or password.');
    const scopes = userScopes(parseScope(parameters.get('scope')), { user, client, audience });
    const grant = { user, clientId: client.clientId, issuer, audience, scopes, grantType: 'password' };
    return respond(grant, firstRefreshToken(grant, randomSecret()));
  };

  const password: Grant = (...request) => passwordGrant(defaultConnection, ...request);

  const passwordRealm: Grant = async (client, parameters, issuer) => {
    const realm = required(parameters, 'realm');
    if (!users.hasConnection(realm)) {
      throw new OAuthError(400, 'invalid_request', `Unknown or invalid realm: ${realm}`);
    }
    return passwordGrant(realm, client, parameters, issuer);
  };

  const clientCredentials: Grant = async (client, parameters, issuer) => {
    const granted = { client, audience: machineAudience(parameters.get('audience'), audience), apiScopes };
    const scopes = grantedMachineScopes(parseScope(parameters.get('scope')), granted);
    return {
      access_token: await tokens.machineAccessToken(issuer, client.clientId, scopes),
      ...(scopes.length > 0 && { scope: scopes.join(' ') }),
      expires_in: accessTokenSeconds,
      token_type: 'Bearer',
    };
  };

  const authorizationCode: Grant = async (client, parameters, issuer) => {
    const code = required(parameters, 'code');
    const redirectUri = required(parameters, 'redirect_uri');
    const redeemed = codes.redeem(code);
    const user = redeemed && users.find(redeemed.subject);
    if (!redeemed || !user || redeemed.clientId !== client.clientId) {
      throw invalidGrant('Invalid authorization code');
    }
    if (redeemed.redirectUri !== redirectUri) {
      throw invalidGrant(
        `The redirect URI is wrong. You sent ${redirectUri}, which is not the redirect URI of the code`,
      );
    }
    requireVerifier(redeemed, parameters.get('code_verifier'));
    const { audience } = redeemed;
    const grant = {
      user,
      clientId: client.clientId,
      issuer,
      audience,
      scopes: userScopes(redeemed.scopes, { user, client, audience }),
      sessionId: redeemed.sessionId,
      nonce: redeemed.nonce,
    };
    return respond(grant, firstRefreshToken(grant, code));
  };

  const refreshToken: Grant = async (client, parameters, issuer) => {
    const token = required(parameters, 'refresh_token');
    const grant = refreshTokens.find(token);
    const user = grant && users.find(grant.subject);
    if (!grant || !user || grant.clientId !== client.clientId) {
      throw invalidGrant('Unknown or invalid refresh token.');
    }
    const requested = parameters.has('scope') ? parseScope(parameters.get('scope')) : grant.scopes;
    if (requested.some((scope) => !grant.scopes.includes(scope))) {
      throw new OAuthError(403, 'invalid_scope', 'The requested scope exceeds the scope that was granted');
    }
    const { audience } = grant;
    const scopes = userScopes(requested, { user, client, audience });
    // A request for fewer scopes narrows the access token. The refresh token keeps its scopes (RFC 6749 §6).
    const narrowed = { user, clientId: client.clientId, issuer, audience, scopes };
    return respond(narrowed, refreshTokens.rotate(token, grant));
  };

  return new Map([
    ['password', password],
    ['http://auth0.com/oauth/grant-type/password-realm', passwordRealm],
    ['client_credentials', clientCredentials],
    ['authorization_code', authorizationCode],
    ['refresh_token', refreshToken],
  ]);
}

/** Checks the verifier (RFC 7636 §4.6). Its form is that of §4.1. Only S256 is supported. */
function requireVerifier(grant: CodeGrant, verifier: string | undefined): void {
  const wellFormed = verifier !== undefined && /^[A-Za-z0-9\-._~]{43,128}$/.test(verifier);
  if (!wellFormed || !secretsEqual(grant.codeChallenge, sha256(verifier).toString('base64url'))) {
    throw invalidGrant('Failed to verify code verifier');
  }
}

function required(parameters: Parameters, name: string): string {
  const value = parameters.get(name);
  if (value === undefined) throw missingParameter(name);
  return value;
}

function invalidGrant(description: string): OAuthError {
  return new OAuthError(403, 'invalid_grant', description);
}
