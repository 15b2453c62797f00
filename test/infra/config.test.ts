import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { ConfigError } from '../../functions/config.ts';
import { product } from '../../functions/product.ts';
import { readConfig } from '../../infra/config/config.ts';
import { readLocalSettings } from '../../infra/start/settings.ts';
import { synthesize } from '../../infra/start/synthesize.ts';
import { temporaryFolder } from '../support/cloud-assembly.ts';
import { projectDir } from '../support/local-process.ts';

const complete = { AUTH0_DOMAIN: 'tenant.eu.auth0.com', AUTH0_API_AUDIENCE: 'https://todo.example.com' };
const production = {
  stage: 'prod',
  AWS_ACCOUNT: '123456789012',
  AWS_REGION: 'eu-central-1',
  ALARM_EMAIL: 'none',
};
const read = (settings: Record<string, string>) => readConfig((name) => settings[name]);

describe('the settings of a deployment', () => {
  it('need only the tenant and the audience', () => {
    expect(read(complete)).toEqual({
      stage: expect.objectContaining({ name: 'sandbox', isDurable: false }),
      auth0Domain: 'tenant.eu.auth0.com',
      auth0CustomDomains: undefined,
      audience: 'https://todo.example.com',
      requireScopes: false,
      emailClaimNamespace: undefined,
      jwksFile: undefined,
      profileMaxAgeHours: 24,
      accountLinking: 'verified-email',
      docs: true,
      docsClientId: undefined,
      corsOrigins: ['*'],
      domain: undefined,
      firewall: undefined,
      tableName: undefined,
      account: undefined,
      region: undefined,
      alarmEmail: undefined,
      canary: false,
      architecture: 'arm64',
      throttle: { rate: 50, burst: 100 },
      tracePercent: 100,
      logSuccessPercent: 100,
      budget: undefined,
      createsGatewayLogRole: true,
    });
  });

  it('may all be set', () => {
    const settings = {
      ...complete,
      stage: 'prod',
      AUTH0_EMAIL_CLAIM_NAMESPACE: 'https://todo.example.com/claims/',
      AUTH0_CUSTOM_DOMAINS: ' login.example.com, auth0.example.com ',
      PROFILE_MAX_AGE_HOURS: '1',
      ACCOUNT_LINKING: 'none',
      CORS_ORIGINS: 'https://app.example.com, http://localhost:5173',
      DOMAIN_NAME: 'api.example.com',
      CERTIFICATE_ARN:
        'arn:aws:acm:eu-central-1:123456789012:certificate/0f8fad5b-d9cb-469f-a165-70867728950e',
      HOSTED_ZONE_ID: 'Z0123456789ABC',
      DOMAIN_ONLY: 'true',
      AWS_ACCOUNT: '123456789012',
      AWS_REGION: 'eu-central-1',
      WAF: 'true',
      WAF_RATE_LIMIT: '2000',
      WAF_TOKEN_RATE_LIMIT: '300',
      WAF_STRICT: 'true',
      TRACE_PERCENT: '0',
      LOG_SUCCESS_PERCENT: '25',
      MONTHLY_BUDGET: '250',
      TABLE_NAME: ' todos-restored_2026.11 ',
      ALARM_EMAIL: 'ops@example.com',
      CANARY: 'true',
      ARCHITECTURE: 'x86_64',
      THROTTLE_RATE: '20',
      THROTTLE_BURST: '40',
      CREATE_GATEWAY_LOG_ROLE: 'false',
    };
    expect(read(settings)).toMatchObject({
      stage: { name: 'prod', isDurable: true },
      auth0CustomDomains: 'login.example.com, auth0.example.com',
      emailClaimNamespace: 'https://todo.example.com/claims/',
      profileMaxAgeHours: 1,
      accountLinking: 'none',
      corsOrigins: ['https://app.example.com', 'http://localhost:5173'],
      domain: {
        name: settings.DOMAIN_NAME,
        certificateArn: settings.CERTIFICATE_ARN,
        hostedZoneId: settings.HOSTED_ZONE_ID,
        only: true,
      },
      firewall: { addressRateLimit: 2_000, tokenRateLimit: 300, isStrict: true },
      tableName: 'todos-restored_2026.11',
      account: '123456789012',
      region: 'eu-central-1',
      alarmEmail: 'ops@example.com',
      canary: true,
      architecture: 'x86_64',
      throttle: { rate: 20, burst: 40 },
      tracePercent: 0,
      logSuccessPercent: 25,
      budget: { monthlyLimit: 250, email: 'ops@example.com' },
      createsGatewayLogRole: false,
    });
  });

  it('turn off the firewall with WAF=false, and may keep its other settings', () => {
    const firewall = { WAF_RATE_LIMIT: '2000', WAF_TOKEN_RATE_LIMIT: '300', WAF_STRICT: 'true' };
    expect(read({ ...complete, ...firewall, WAF: 'false' }).firewall).toBeUndefined();
    expect(read({ ...complete, WAF_STRICT: 'false' }).firewall).toBeUndefined();
  });

  it.each([
    ['https://todo.example.com', 'https://todo.example.com/'],
    ['https://todo.example.com/claims', 'https://todo.example.com/claims/'],
    [' http://todo.example/ ', 'http://todo.example/'],
    ['https://notauth0.com', 'https://notauth0.com/'],
  ])('have the namespace %j as %j', (value, namespace) => {
    expect(read({ ...complete, AUTH0_EMAIL_CLAIM_NAMESPACE: value }).emailClaimNamespace).toBe(namespace);
  });

  it.each([
    'todo.example.com',
    'email',
    'true',
    'https://',
    'https:todo.example.com',
    'urn:todo',
    'https://todo.example.com/#',
    'https://todo.example.com/?claim=',
    'https://todo example.com/',
    'https://me@todo.example.com/',
    'https://tenant.eu.auth0.com/',
    'https://auth0.com/',
  ])('have no namespace %j', (value) => {
    expect(() => read({ ...complete, AUTH0_EMAIL_CLAIM_NAMESPACE: value })).toThrow(
      /^AUTH0_EMAIL_CLAIM_NAMESPACE must be a URL that is not of Auth0, such as /,
    );
  });

  it('may name the table that the stage itself created', () => {
    const TABLE_NAME = `${product.name}-prod-Table710B521B-1ABC`;
    expect(read({ ...complete, ...production, TABLE_NAME }).tableName).toBe(TABLE_NAME);
  });

  it('have a higher throttle by default in production, a thousandth of the traces, and a hundredth of the log lines', () => {
    expect(read({ ...complete, ...production })).toMatchObject({
      throttle: { rate: 500, burst: 1_000 },
      tracePercent: 0.1,
      logSuccessPercent: 1,
    });
  });

  it.each([
    ['0', 0],
    ['0.05', 0.05],
    ['2.5', 2.5],
    ['100', 100],
    ['100.00', 100],
  ])('may trace %s of a hundred requests', (TRACE_PERCENT, tracePercent) => {
    expect(read({ ...complete, TRACE_PERCENT }).tracePercent).toBe(tracePercent);
  });

  it.each([
    [{ stage: 'production' }, /^stage must be sandbox, prod, .* or .* not "production"/],
    [{ stage: 'dev-Anna' }, /^stage must be/],
    [{ stage: 'dev-pr-' }, /^stage must be/],
    [{ stage: 'dev-pr-07' }, /^stage must be/],
    [{ stage: 'dev-pr-anna' }, /^stage must be/],
    [{ stage: 'dev-pr-1234567890' }, /^stage must be/],
    [
      { AUTH0_CUSTOM_DOMAINS: 'https://login.example.com' },
      /^AUTH0_CUSTOM_DOMAINS must be host names .* "https:\/\/login\.example\.com" is not one\.$/,
    ],
    [{ PROFILE_MAX_AGE_HOURS: '0' }, /^PROFILE_MAX_AGE_HOURS must be a whole number of at least 1/],
    [{ ACCOUNT_LINKING: 'email' }, /^ACCOUNT_LINKING must be verified-email or none, not "email"/],
    [{ CORS_ORIGINS: 'app.example.com' }, /^CORS_ORIGINS must be/],
    [{ CORS_ORIGINS: 'https://app.example.com/' }, /^CORS_ORIGINS must be/],
    [{ CORS_ORIGINS: 'https://app.example.com,*' }, /^CORS_ORIGINS must be/],
    [{ DOMAIN_NAME: 'api.example.com' }, /^DOMAIN_NAME, CERTIFICATE_ARN and HOSTED_ZONE_ID belong together/],
    [{ DOMAIN_NAME: 'https://api.example.com' }, /^DOMAIN_NAME must be a host name/],
    [{ CERTIFICATE_ARN: 'arn:aws:iam::123456789012:role/x' }, /^CERTIFICATE_ARN must be/],
    [{ HOSTED_ZONE_ID: 'example.com' }, /^HOSTED_ZONE_ID must be/],
    [{ WAF: 'true', WAF_RATE_LIMIT: '5' }, /^WAF_RATE_LIMIT must be a whole number of at least 10, not "5"/],
    [{ WAF: 'true', WAF_TOKEN_RATE_LIMIT: 'x' }, /^WAF_TOKEN_RATE_LIMIT must be a whole number/],
    [{ WAF: 'true', WAF_STRICT: 'yes' }, /^WAF_STRICT must be true or false/],
    [{ WAF_STRICT: 'true' }, /^WAF_STRICT needs WAF=true\.$/],
    [{ WAF_RATE_LIMIT: '20000' }, /^WAF_RATE_LIMIT needs WAF=true\.$/],
    [{ WAF_TOKEN_RATE_LIMIT: '2000' }, /^WAF_TOKEN_RATE_LIMIT needs WAF=true\.$/],
    [{ WAF_STRICT: 'maybe' }, /^WAF_STRICT must be true or false, not "maybe"/],
    [{ WAF_RATE_LIMIT: 'abc' }, /^WAF_RATE_LIMIT must be a whole number of at least 10, not "abc"/],
    [
      { TRACE_PERCENT: '0.005' },
      /^TRACE_PERCENT must be a number from 0 to 100 with at most two decimals, not "0\.005"/,
    ],
    [{ TRACE_PERCENT: '100.01' }, /^TRACE_PERCENT must be a number from 0 to 100 with at most two decimals/],
    [{ TRACE_PERCENT: '-1' }, /^TRACE_PERCENT must be a number from 0 to 100/],
    [{ TRACE_PERCENT: '.5' }, /^TRACE_PERCENT must be a number from 0 to 100/],
    [{ TRACE_PERCENT: '1e1' }, /^TRACE_PERCENT must be a number from 0 to 100/],
    [{ LOG_SUCCESS_PERCENT: '101' }, /^LOG_SUCCESS_PERCENT must be a whole number from 0 to 100, not "101"/],
    [{ LOG_SUCCESS_PERCENT: '0.5' }, /^LOG_SUCCESS_PERCENT must be a whole number from 0 to 100, not "0\.5"/],
    [{ LOG_SUCCESS_PERCENT: '-1' }, /^LOG_SUCCESS_PERCENT must be a whole number from 0 to 100/],
    [
      { MONTHLY_BUDGET: '99.5', ALARM_EMAIL: 'ops@example.com' },
      /^MONTHLY_BUDGET must be a whole number of US dollars, not "99\.5"/,
    ],
    [
      { MONTHLY_BUDGET: '100', ALARM_EMAIL: 'none' },
      /^MONTHLY_BUDGET needs an e-mail address in ALARM_EMAIL/,
    ],
    [{ THROTTLE_RATE: '0' }, /^THROTTLE_RATE must be a whole number of at least 1/],
    [{ THROTTLE_BURST: 'many' }, /^THROTTLE_BURST must be/],
    [
      { TABLE_NAME: 'arn:aws:dynamodb:eu-central-1:123456789012:table/todos' },
      /^TABLE_NAME must be the name of a DynamoDB table, and not its ARN, not "arn:/,
    ],
    [{ TABLE_NAME: 'td' }, /^TABLE_NAME must be the name/],
    [
      { TABLE_NAME: `${product.name}-prod-Table710B521B-1ABC` },
      new RegExp(
        `^TABLE_NAME=${product.name}-prod-Table710B521B-1ABC is the table of the stage prod, not of sandbox\\.$`,
      ),
    ],
    [
      { ...production, TABLE_NAME: `${product.name}-dev-anna-Table710B521B-1ABC` },
      /is the table of the stage dev-anna, not of prod\.$/,
    ],
    [{ ALARM_EMAIL: 'ops' }, /^ALARM_EMAIL must be an e-mail address or none, not "ops"/],
    [{ AWS_ACCOUNT: '12345' }, /^AWS_ACCOUNT must be the 12 digits of an AWS account, not "12345"/],
    [{ AWS_REGION: 'Frankfurt' }, /^AWS_REGION must be an AWS region such as eu-central-1, not "Frankfurt"/],
    [{ DOMAIN_ONLY: 'true' }, /^DOMAIN_ONLY=true needs DOMAIN_NAME, CERTIFICATE_ARN and HOSTED_ZONE_ID\.$/],
    [{ ARCHITECTURE: 'arm' }, /^ARCHITECTURE must be arm64 or x86_64, not "arm"/],
    [{ DOCS: 'off' }, /^DOCS must be true or false/],
    [{ AUTH0_DOCS_CLIENT_ID: 'a b' }, /^AUTH0_DOCS_CLIENT_ID must be the client id/],
    [{ CANARY: 'true' }, /^CANARY is for the stage prod only/],
  ])('are refused with a sentence that names the invalid one: %j', (settings, message) => {
    expect(() => read({ ...complete, ...settings })).toThrow(message);
  });

  it.each(Object.keys(complete))('are refused with a sentence that names %s if it is missing', (name) => {
    expect(() => read({ ...complete, [name]: ' ' })).toThrow(new RegExp(`^${name} is not set\\. Set it`));
  });

  it('are refused with one sentence that names all that are missing', () => {
    expect(() => read({})).toThrow(
      new ConfigError(
        'AUTH0_DOMAIN and AUTH0_API_AUDIENCE are not set. Set them in the environment, or pass them to cdk as -c AUTH0_DOMAIN=your-tenant.eu.auth0.com -c AUTH0_API_AUDIENCE=https://todo.example.com',
      ),
    );
    expect(() => read({ stage: 'prod', AUTH0_DOMAIN: complete.AUTH0_DOMAIN })).toThrow(
      /^AUTH0_API_AUDIENCE, AWS_ACCOUNT, AWS_REGION and ALARM_EMAIL are not set\./,
    );
  });

  it.each([
    [
      { AWS_ACCOUNT: '' },
      /^AWS_ACCOUNT is not set\. Set it in the environment, or .* -c AWS_ACCOUNT=123456789012$/,
    ],
    [
      { AWS_REGION: '' },
      /^AWS_REGION is not set\. Set it in the environment, or .* -c AWS_REGION=eu-central-1$/,
    ],
    [
      { ALARM_EMAIL: '' },
      /^ALARM_EMAIL is not set\. Set it in the environment, or .* -c ALARM_EMAIL=ops@example\.com$/,
    ],
  ])('have no default in production: %j', (settings, message) => {
    expect(read({ ...complete, ...production })).toMatchObject({
      account: '123456789012',
      region: 'eu-central-1',
      alarmEmail: undefined,
    });
    expect(() => read({ ...complete, ...production, ...settings })).toThrow(message);
  });

  it.each([
    [
      'numbers and booleans',
      { ...production, AWS_ACCOUNT: 123456789012, DOMAIN_ONLY: true },
      'DOMAIN_ONLY=true needs DOMAIN_NAME, CERTIFICATE_ARN and HOSTED_ZONE_ID.\n',
    ],
    ['misspelt', { Stage: 'prod' }, 'Stage is no setting. Did you mean stage?\n'],
  ])('may be %s in the context, and are read before anything is bundled', (_, settings, message) => {
    const context = { ...complete, ...settings };
    const folder = temporaryFolder();
    const { status, stderr } = spawnSync(process.execPath, ['infra/app.ts'], {
      cwd: projectDir,
      env: { ...process.env, CDK_OUTDIR: folder.path, CDK_CONTEXT_JSON: JSON.stringify(context) },
      encoding: 'utf8',
    });
    folder.remove();
    expect({ status, stderr }).toEqual({ status: 1, stderr: message });
  });

  it.each([
    [{}, undefined],
    [{ AWS_REGION: 'eu-central-1', AWS_ACCOUNT: '123456789012' }, undefined],
    [
      { AWS_REGION: 'us-east-1' },
      'CERTIFICATE_ARN must be a certificate of AWS_REGION us-east-1, not of eu-central-1: a regional API uses only these.',
    ],
    [
      { AWS_ACCOUNT: '999999999999' },
      'CERTIFICATE_ARN must be a certificate of AWS_ACCOUNT 999999999999, not of 123456789012: a regional API uses only these.',
    ],
  ])('have a certificate of the place of the stage: %j', (settings, message) => {
    const domain = {
      DOMAIN_NAME: 'api.example.com',
      CERTIFICATE_ARN:
        'arn:aws:acm:eu-central-1:123456789012:certificate/0f8fad5b-d9cb-469f-a165-70867728950e',
      HOSTED_ZONE_ID: 'Z0123456789ABC',
    };
    const readAll = () => read({ ...complete, ...domain, ...settings });
    if (message === undefined) expect(readAll().domain?.only).toBe(false);
    else expect(readAll).toThrow(new ConfigError(message));
  });

  it.each(['https://tenant.auth0.com', 'tenant', 'tenant.auth0.com/', 'a b.com', 'example.com:3001', ''])(
    'must not have the domain %j',
    (domain) => {
      expect(() => read({ ...complete, AUTH0_DOMAIN: domain })).toThrow(/AUTH0_DOMAIN/);
    },
  );

  it.each(['yes', '1', 'TRUE'])('must not have %j for a flag', (value) => {
    expect(() => read({ ...complete, REQUIRE_SCOPES: value })).toThrow(
      'REQUIRE_SCOPES must be true or false',
    );
  });
});

describe('the settings of npm start', () => {
  it('have a default each', () => {
    expect(readLocalSettings({})).toMatchObject({
      port: 3000,
      issuerPort: 3001,
      dynamoDbEndpoint: undefined,
      auth0Domain: undefined,
      audience: 'https://todo.example.com',
      issuerCallbacks: [],
      issuerCustomDomains: [],
    });
    expect(readLocalSettings({}).dataDir).toMatch(/\.local$/);
  });

  it('have no STAGE, also in a shell that the runbook gave one', async () => {
    vi.stubEnv('STAGE', 'prod');
    const folder = temporaryFolder();
    await synthesize(folder.path, { ...complete, AUTH0_DOMAIN: '127.0.0.1:1' });
    expect(readdirSync(folder.path)).toContain('todo-api-sandbox.template.json');
    folder.remove();
    vi.unstubAllEnvs();
  });

  it('may give the local issuer a second name', () => {
    const second = (environment: Record<string, string>) =>
      readLocalSettings(environment).issuerCustomDomains;
    expect(second({ AUTH0_CUSTOM_DOMAINS: 'localhost' })).toEqual(['localhost']);
    expect(second({ AUTH0_CUSTOM_DOMAINS: ' LOCALHOST:3001 ' })).toEqual(['localhost']);
    expect(second({ AUTH0_CUSTOM_DOMAINS: 'localhost:4000', ISSUER_PORT: '4000' })).toEqual(['localhost']);
    expect(second({ ...complete, AUTH0_CUSTOM_DOMAINS: 'login.example.com' })).toEqual([]);
  });

  it('may name further callbacks of the local issuer', () => {
    const ISSUER_CALLBACKS =
      'https://app.example.com/callback, com.example.app://callback,https://localhost:*,';
    expect(readLocalSettings({ ISSUER_CALLBACKS }).issuerCallbacks).toEqual([
      'https://app.example.com/callback',
      'com.example.app://callback',
      'https://localhost:*',
    ]);
  });

  it.each([
    [{ PORT: '70000' }, /^PORT must be a port number/],
    [{ ISSUER_PORT: '-1' }, /^ISSUER_PORT must be a port number/],
    [{ ISSUER_CALLBACKS: 'app.example.com' }, /^ISSUER_CALLBACKS must be URLs such as/],
    [{ ISSUER_CALLBACKS: 'https://app.example.com/#x' }, /^ISSUER_CALLBACKS must be URLs such as/],
    [{ DYNAMODB_ENDPOINT: 'localhost:8000' }, /^DYNAMODB_ENDPOINT must be a URL/],
    [{ AUTH0_DOMAIN: 'https://x.auth0.com', AUTH0_API_AUDIENCE: 'x' }, /^AUTH0_DOMAIN must be a host name/],
    [{ AUTH0_CUSTOM_DOMAINS: 'login.example.com' }, /^AUTH0_CUSTOM_DOMAINS can only be localhost:3001 with/],
    [{ AUTH0_CUSTOM_DOMAINS: 'localhost:3002' }, /^AUTH0_CUSTOM_DOMAINS can only be localhost:3001 with/],
    [{ ...complete, AUTH0_CUSTOM_DOMAINS: 'https://x' }, /^AUTH0_CUSTOM_DOMAINS must be host names/],
    [{ AUTH0_DOMAIN: 'x.auth0.com' }, /^AUTH0_API_AUDIENCE is not set/],
  ])('are refused with a sentence that names the invalid one: %j', (environment, message) => {
    expect(() => readLocalSettings(environment)).toThrow(message);
  });
});
