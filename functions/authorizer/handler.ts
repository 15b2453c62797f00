import { setTimeout as sleep } from 'node:timers/promises';
import { requiredSetting, tenantOf } from '../config.ts';
import { primeClient } from '../dynamodb/priming.ts';
import { createColdStart } from '../observability/cold-start.ts';
import { createLogger, rehearseLine } from '../observability/logger.ts';
import { withPriming } from '../priming.ts';
import { storeDependencies } from '../resource-route.ts';
import type { AccountLinking } from '../users/linking.ts';
import { createLinkStore } from '../users/links.ts';
import { createAuthorizer } from './authorize.ts';
import { createIdentifier } from './identify.ts';
import { createKeySource } from './jwks.ts';
import { parseDeployedKeys } from './key-set.ts';
import { primeKeys } from './priming.ts';
import { createProfileFetcher } from './userinfo.ts';
import { createTokenVerifier } from './verify-token.ts';

const { AUTH0_JWKS: keysText, AUTH0_EMAIL_CLAIM_NAMESPACE: emailClaimNamespace } = process.env;
const tenant = tenantOf(requiredSetting(process.env, 'AUTH0_DOMAIN'), process.env.AUTH0_CUSTOM_DOMAINS);
const audience = requiredSetting(process.env, 'AUTH0_API_AUDIENCE');
const log = createLogger(Date.now);
const coldStart = createColdStart(() => performance.now());

const deployedKeys = keysText ? parseDeployedKeys(keysText) : undefined;
if (keysText && !deployedKeys) log.warn('AUTH0_JWKS has no usable key', {});

/**
 * Each issuer is asked for its own keys, and is trusted with its own tokens only. The deployed keys are those that the
 * tenant's own domain published. Auth0 publishes the same keys at the custom domains, but nothing here relies on that.
 */
const keySources = new Map(
  tenant.acceptedIssuers.map((issuer) => [
    issuer,
    createKeySource({
      issuer,
      fetch,
      now: Date.now,
      log,
      deployedKeys: issuer === tenant.issuer ? deployedKeys : undefined,
    }),
  ]),
);

const dependencies = storeDependencies();
const authorizer = createAuthorizer({
  verifyToken: createTokenVerifier({
    keySources,
    audience,
    now: Date.now,
  }),
  identify: createIdentifier({
    tenantIssuer: tenant.issuer,
    links: createLinkStore(dependencies, requiredSetting(process.env, 'ACCOUNT_LINKING') as AccountLinking),
    fetchProfile: createProfileFetcher({ fetch, now: Date.now, log }),
    emailClaimNamespace,
    profileMaxAgeMs: Number(requiredSetting(process.env, 'PROFILE_MAX_AGE_HOURS')) * 3_600_000,
    log,
    now: Date.now,
    sleep,
    random: Math.random,
  }),
  log,
  takeColdStart: coldStart.take,
  now: Date.now,
});

export const handler = withPriming(
  authorizer,
  [
    (signal) => primeClient(dependencies, process.env, signal),
    () => primeKeys(deployedKeys?.keys ?? new Map(), { issuer: tenant.issuer, audience, now: Date.now }),
    async () => rehearseLine(log),
  ],
  { log, onEnd: coldStart.noteEnd },
);
