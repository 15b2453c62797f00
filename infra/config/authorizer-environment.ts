import type { StackConfig } from './config.ts';

/** The environment of the authorizer, as functions/authorizer/handler.ts reads it. */
export function authorizerEnvironment(config: StackConfig): Readonly<Record<string, string>> {
  const { auth0Domain, auth0CustomDomains, audience, emailClaimNamespace, deployedKeys } = config;
  const { profileMaxAgeHours, accountLinking } = config;
  return {
    AUTH0_DOMAIN: auth0Domain,
    ...(auth0CustomDomains && { AUTH0_CUSTOM_DOMAINS: auth0CustomDomains }),
    AUTH0_API_AUDIENCE: audience,
    ACCOUNT_LINKING: accountLinking,
    PROFILE_MAX_AGE_HOURS: String(profileMaxAgeHours),
    ...(emailClaimNamespace && { AUTH0_EMAIL_CLAIM_NAMESPACE: emailClaimNamespace }),
    ...(deployedKeys && { AUTH0_JWKS: deployedKeys }),
  };
}
