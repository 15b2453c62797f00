import { describe, expect, it } from 'vitest';
import { authorizerEnvironment } from '../../../../infra/config/authorizer-environment.ts';
import { readConfig } from '../../../../infra/config/config.ts';

const configOf = (settings: Readonly<Record<string, string>>) => readConfig((name) => settings[name]);
const required = { AUTH0_DOMAIN: 'tenant.eu.auth0.com', AUTH0_API_AUDIENCE: 'https://todo.example.com' };

describe('the environment of the authorizer', () => {
  it('has the tenant and the audience', () => {
    expect(authorizerEnvironment(configOf(required))).toEqual({
      AUTH0_DOMAIN: 'tenant.eu.auth0.com',
      AUTH0_API_AUDIENCE: 'https://todo.example.com',
      ACCOUNT_LINKING: 'verified-email',
      PROFILE_MAX_AGE_HOURS: '24',
    });
  });

  it('has every setting about Auth0', () => {
    const config = configOf({
      ...required,
      AUTH0_CUSTOM_DOMAINS: 'login.example.com',
      ACCOUNT_LINKING: 'none',
      PROFILE_MAX_AGE_HOURS: '1',
      AUTH0_EMAIL_CLAIM_NAMESPACE: 'https://todo.example.com/',
    });
    expect(authorizerEnvironment({ ...config, deployedKeys: '{"keys":[]}' })).toEqual({
      AUTH0_DOMAIN: 'tenant.eu.auth0.com',
      AUTH0_CUSTOM_DOMAINS: 'login.example.com',
      AUTH0_API_AUDIENCE: 'https://todo.example.com',
      ACCOUNT_LINKING: 'none',
      PROFILE_MAX_AGE_HOURS: '1',
      AUTH0_EMAIL_CLAIM_NAMESPACE: 'https://todo.example.com/',
      AUTH0_JWKS: '{"keys":[]}',
    });
  });
});
