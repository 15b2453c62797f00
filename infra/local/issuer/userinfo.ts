import { createLocalJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { userinfoAudience } from './audience.ts';
import { type EndpointHandler, type IssuerResponse, json } from './http.ts';
import type { IssuerNames } from './issuer-names.ts';
import type { OpaqueTokens } from './opaque-tokens.ts';
import { scopedClaims } from './profile.ts';
import { createRateLimiter, type RateLimit } from './rate-limit.ts';
import { parseScope } from './scopes.ts';
import type { SigningKeys } from './signing-keys.ts';
import type { UserDirectory } from './users.ts';

/**
 * Makes GET and POST /userinfo. The response has the claims that the scopes of the access token allow. It is a 401
 * without a valid token, and a 429 for a user over the limit.
 * @param options.now the clock, in milliseconds since the epoch
 * Source: https://auth0.com/docs/api/authentication#user-profile
 */
export function createUserinfoEndpoint(options: {
  keys: SigningKeys;
  opaqueTokens: OpaqueTokens;
  users: UserDirectory;
  names: IssuerNames;
  limit: RateLimit | false;
  now: () => number;
}): EndpointHandler {
  const { keys, opaqueTokens, users, names } = options;
  const audience = userinfoAudience(names.tenant);
  const takeFromLimit = options.limit && createRateLimiter(options.limit, options.now);

  const verifySigned = async (token: string): Promise<JWTPayload | undefined> => {
    try {
      const { payload } = await jwtVerify(token, createLocalJWKSet(keys.trustedJwks()), {
        issuer: [...names.all],
        audience,
        algorithms: ['RS256'],
        requiredClaims: ['sub', 'exp'],
        currentDate: new Date(options.now()),
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  };

  return async (request) => {
    const token = /^Bearer +([^\s]+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const payload =
      token === undefined
        ? undefined
        : ((await opaqueTokens.open(token, { audience })) ?? (await verifySigned(token)));
    const user = payload?.sub === undefined ? undefined : users.find(payload.sub);
    if (!payload || !user) return unauthorized(token !== undefined);

    const rate = takeFromLimit ? takeFromLimit(user.subject) : { allowed: true, headers: {} };
    if (!rate.allowed) {
      const body = { error: 'access_denied', error_description: 'Global limit has been reached' };
      return json(429, body, rate.headers);
    }
    const scopes = parseScope(typeof payload.scope === 'string' ? payload.scope : undefined);
    return json(200, scopedClaims(user, scopes), rate.headers);
  };
}

/** A request without a token gets the scheme and no error code (RFC 6750 §3.1). */
function unauthorized(tokenGiven: boolean): IssuerResponse {
  const challenge = tokenGiven ? 'Bearer realm="Users", error="invalid_token"' : 'Bearer realm="Users"';
  return {
    status: 401,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'WWW-Authenticate': challenge },
    body: 'Unauthorized',
  };
}
