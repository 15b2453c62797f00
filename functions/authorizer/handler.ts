import { setTimeout as sleep } from 'node:timers/promises';
import { issuerOf, requiredSetting } from '../config.ts';
import { createLogger } from '../observability/logger.ts';
import { storeDependencies } from '../resource-route.ts';
import { createUserStore } from '../users/store.ts';
import { createAuthorizer } from './authorize.ts';
import { createIdentifier } from './identify.ts';
import { createKeySource } from './jwks.ts';
import { createProfileFetcher } from './userinfo.ts';
import { createTokenVerifier } from './verify-token.ts';

const { AUTH0_JWKS: deployedKeys, AUTH0_EMAIL_CLAIM_NAMESPACE: emailClaimNamespace } = process.env;
const issuer = issuerOf(requiredSetting(process.env, 'AUTH0_DOMAIN'));
const log = createLogger(Date.now);

export const handler = createAuthorizer({
  verifyToken: createTokenVerifier({
    issuer,
    audience: requiredSetting(process.env, 'AUTH0_API_AUDIENCE'),
    findKey: createKeySource({
      issuer,
      fetch,
      now: Date.now,
      log,
      ...(deployedKeys && { deployedKeys: JSON.parse(deployedKeys) }),
    }),
    now: Date.now,
  }),
  identify: createIdentifier({
    issuer,
    users: createUserStore(storeDependencies()),
    fetchProfile: createProfileFetcher({ issuer, fetch, now: Date.now, log }),
    emailClaimNamespace,
    log,
    sleep,
    random: Math.random,
  }),
  log,
  now: Date.now,
});
