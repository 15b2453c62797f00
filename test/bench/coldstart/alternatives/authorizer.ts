import { createAuthorizer } from '../../../../functions/authorizer/authorize.ts';
import { createIdentifier } from '../../../../functions/authorizer/identify.ts';
import { createProfileFetcher } from '../../../../functions/authorizer/userinfo.ts';
import type { TokenVerifier } from '../../../../functions/authorizer/verify-token.ts';
import { issuerOf, requiredSetting } from '../../../../functions/config.ts';
import { createDocumentClient } from '../../../../functions/dynamodb/client.ts';
import { ulid } from '../../../../functions/dynamodb/ulid.ts';
import { createLogger } from '../../../../functions/observability/logger.ts';
import { createLinkStore } from '../../../../functions/users/links.ts';

export const issuer = issuerOf(requiredSetting(process.env, 'AUTH0_DOMAIN'));
export const audience = requiredSetting(process.env, 'AUTH0_API_AUDIENCE');
export const deployedKeys = JSON.parse(requiredSetting(process.env, 'AUTH0_JWKS'));

/** Converts the claims that another library returns into the result of our own verifier. */
export function toAccessToken(claims: Readonly<Record<string, unknown>>): Awaited<ReturnType<TokenVerifier>> {
  return {
    issuer,
    subject: String(claims.sub),
    opensProfile: true,
    expiresAt: Number(claims.exp),
    scopes: String(claims.scope ?? '').split(' '),
    isMachine: false,
    claims,
  };
}

const log = createLogger(Date.now);

/** Creates our authorizer with another verifier. */
export const authorizerWith = (verifyToken: TokenVerifier) =>
  createAuthorizer({
    verifyToken,
    identify: createIdentifier({
      tenantIssuer: issuer,
      links: createLinkStore(
        {
          client: createDocumentClient(),
          tableName: requiredSetting(process.env, 'TABLE_NAME'),
          now: Date.now,
          newId: ulid,
        },
        'verified-email',
      ),
      fetchProfile: createProfileFetcher({ fetch, now: Date.now, log }),
      emailClaimNamespace: undefined,
      profileMaxAgeMs: 86_400_000,
      log,
      now: Date.now,
      sleep: async () => {},
      random: Math.random,
    }),
    log,
    takeColdStart: () => undefined,
    now: Date.now,
  });
