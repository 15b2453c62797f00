import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../infra/config.ts';
import { readLocalSettings } from '../../infra/local/settings.ts';
import { temporaryFolder } from '../support/cloud-assembly.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const complete = { AUTH0_DOMAIN: 'tenant.eu.auth0.com', AUTH0_API_AUDIENCE: 'https://todo.example.com' };
const read = (settings: Record<string, string>) => readConfig((name) => settings[name]);

describe('the settings of a deployment', () => {
  it('need the tenant and the audience, and nothing else', () => {
    expect(read(complete)).toEqual({
      auth0Domain: 'tenant.eu.auth0.com',
      audience: 'https://todo.example.com',
      requireScopes: false,
      emailClaimNamespace: undefined,
      deployedKeys: undefined,
    });
  });

  it.each(Object.keys(complete))('stop with a sentence that names %s if it is missing', (name) => {
    expect(() => read({ ...complete, [name]: ' ' })).toThrow(new RegExp(`^${name} is not set\\. Set it`));
  });

  it.each(['https://tenant.auth0.com', 'tenant', 'tenant.auth0.com/', 'a b.com', 'example.com:3001', ''])(
    'refuse the domain %j',
    (domain) => {
      expect(() => read({ ...complete, AUTH0_DOMAIN: domain })).toThrow(/AUTH0_DOMAIN/);
    },
  );

  it.each(['yes', '1', 'TRUE'])('refuse %j for a flag', (value) => {
    expect(() => read({ ...complete, REQUIRE_SCOPES: value })).toThrow(
      'REQUIRE_SCOPES must be true or false',
    );
  });

  it('take of a key set what a verifier needs, and no private or large part', () => {
    const file = join(folder.path, 'jwks.json');
    const key = { kid: 'k', kty: 'RSA', use: 'sig', alg: 'RS256', n: 'AQAB', e: 'AQAB' };
    writeFileSync(file, JSON.stringify({ keys: [{ ...key, d: 'secret', x5c: ['certificate'] }] }));
    expect(JSON.parse(read({ ...complete, AUTH0_JWKS_FILE: file }).deployedKeys ?? '')).toEqual({
      keys: [key],
    });
    expect(() => read({ ...complete, AUTH0_JWKS_FILE: `${file}.missing` })).toThrow(
      /AUTH0_JWKS_FILE must name a file/,
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
    });
    expect(readLocalSettings({}).dataDir).toMatch(/\.local$/);
  });

  it.each([
    [{ PORT: '70000' }, /^PORT must be a port number/],
    [{ ISSUER_PORT: '-1' }, /^ISSUER_PORT must be a port number/],
    [{ DYNAMODB_ENDPOINT: 'localhost:8000' }, /^DYNAMODB_ENDPOINT must be a URL/],
    [{ AUTH0_DOMAIN: 'https://x.auth0.com', AUTH0_API_AUDIENCE: 'x' }, /^AUTH0_DOMAIN must be a host name/],
    [{ AUTH0_DOMAIN: 'x.auth0.com' }, /^AUTH0_API_AUDIENCE is not set/],
  ])('stop with a sentence that names the bad one: %j', (environment, message) => {
    expect(() => readLocalSettings(environment)).toThrow(message);
  });
});
