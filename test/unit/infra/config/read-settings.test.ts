import { describe, expect, it } from 'vitest';
import cdk from '../../../../cdk.json' with { type: 'json' };
import { ConfigError } from '../../../../functions/config.ts';
import { readConfig } from '../../../../infra/config/config.ts';
import { readSettings } from '../../../../infra/config/read-settings.ts';
import { readDeployRoleConfig } from '../../../../infra/github/deploy-role.ts';

const complete = { AUTH0_DOMAIN: 'tenant.eu.auth0.com', AUTH0_API_AUDIENCE: 'https://todo.example.com' };
const read = (context: Record<string, unknown>, environment: Record<string, string> = {}) =>
  readSettings({ context: { ...cdk.context, ...context }, environment }, readConfig);

describe('a setting', () => {
  it('is read from the context first, then from the environment', () => {
    const environment = { ...complete, THROTTLE_RATE: '7', THROTTLE_BURST: '70' };
    expect(read({ THROTTLE_RATE: '8' }, environment).throttle).toEqual({ rate: 8, burst: 70 });
  });

  it('may be a number or a boolean in the context', () => {
    expect(read({ ...complete, THROTTLE_RATE: 8, DOCS: false })).toMatchObject({
      throttle: { rate: 8 },
      docs: false,
    });
  });
});

describe('a misspelt name in the context', () => {
  it.each([
    ['Stage', 'stage'],
    ['STAGE', 'stage'],
    ['stag', 'stage'],
    ['LOG_SUCESS_PERCENT', 'LOG_SUCCESS_PERCENT'],
    ['LOG_SUCCESS', 'LOG_SUCCESS_PERCENT'],
    ['waf', 'WAF'],
    ['wafStrict', 'WAF_STRICT'],
    ['WAF_RATE_LIMITS', 'WAF_RATE_LIMIT'],
    ['THROTTLE_RAT', 'THROTTLE_RATE'],
    ['monthly-budget', 'MONTHLY_BUDGET'],
  ])('is refused with the setting that was meant: %s', (name, meant) => {
    expect(() => read({ ...complete, [name]: 'prod' })).toThrow(
      new ConfigError(`${name} is no setting. Did you mean ${meant}?`),
    );
  });

  it('is reported in place of the setting that it leaves unset', () => {
    expect(() => read({ ...complete, AUTH0_DOMAIN: undefined, AUTH0_DOMIAN: 'tenant.eu.auth0.com' })).toThrow(
      new ConfigError('AUTH0_DOMIAN is no setting. Did you mean AUTH0_DOMAIN?'),
    );
    expect(() => read({ ...complete, Stage: 'prod', CANARY: 'true' })).toThrow(
      new ConfigError('Stage is no setting. Did you mean stage?'),
    );
  });

  it('is refused for the role of GitHub too', () => {
    const context = { ...cdk.context, ...complete, GITHUB_REPOSITRY: 'owner/name' };
    expect(() => readSettings({ context, environment: {} }, readDeployRoleConfig)).toThrow(
      new ConfigError('GITHUB_REPOSITRY is no setting. Did you mean GITHUB_REPOSITORY?'),
    );
  });
});

describe('another name in the context', () => {
  it.each([
    'aws:cdk:bundling-stacks',
    'aws:cdk:enable-path-metadata',
    'availability-zones:account=123456789012:region=eu-central-1',
    'acknowledged-issue-numbers',
    'cli-telemetry',
    'AUTH0_CLIENT_ID',
    'GITHUB_REPOSITORY',
    'GITHUB_ENVIRONMENT',
    'CREATE_GITHUB_OIDC_PROVIDER',
    'owner',
  ])('is of the CDK or of another app, and is accepted: %s', (name) => {
    expect(read({ ...complete, [name]: 'x' }).stage.name).toBe('sandbox');
  });

  it('may be any setting that is not reached, because one before it is invalid', () => {
    const names: string[] = [];
    read(complete, new Proxy({}, { get: (_, name) => void names.push(String(name)) }));
    const every = Object.fromEntries(names.filter((name) => name !== 'STAGE').map((name) => [name, '?']));
    expect(Object.keys(every)).toContain('CREATE_GATEWAY_LOG_ROLE');
    expect(() => read({ ...complete, ...every, stage: 'live' })).toThrow(/^stage must be sandbox, prod, /);
    expect(() => read({ ...complete, ...every, stage: 'prod', AUTH0_DOMAIN: '' })).toThrow(
      /^AUTH0_DOMAIN is not set\./,
    );
  });
});

describe('STAGE in the environment', () => {
  it('is refused, because the stage would be the sandbox', () => {
    expect(() => read(complete, { STAGE: 'prod' })).toThrow(
      new ConfigError('STAGE is no setting. Set the stage as CDK context: -c stage=prod.'),
    );
  });

  it('may be there for the commands of the runbook when the stage is set', () => {
    expect(read({ ...complete, stage: 'dev-restore' }, { STAGE: 'prod' }).stage.name).toBe('dev-restore');
    expect(read(complete, { STAGE: 'prod', stage: 'dev-anna' }).stage.name).toBe('dev-anna');
  });
});
