import { describe, expect, it } from 'vitest';
import { ConfigError, issuerOf, requiredSetting, tenantOf } from '../../../functions/config.ts';

describe('a required setting', () => {
  it('is trimmed', () => {
    expect(requiredSetting({ TABLE_NAME: ' todos\n' }, 'TABLE_NAME')).toBe('todos');
  });

  it.each([undefined, '', '  '])('is named in the error when it is missing: %j', (value) => {
    expect(() => requiredSetting({ TABLE_NAME: value }, 'TABLE_NAME')).toThrow(
      expect.objectContaining({ name: 'ConfigError', message: 'TABLE_NAME is not set.' }),
    );
  });
});

/** A host name has at most 253 characters, and each label at most 63 (RFC 1035 §2.3.4). */
const LONGEST = `${`${'a'.repeat(63)}.`.repeat(3)}${'a'.repeat(61)}`;

describe('the issuer of an Auth0 domain', () => {
  it.each([
    ['my-tenant.eu.auth0.com', 'https://my-tenant.eu.auth0.com/'],
    [' My-Tenant.EU.auth0.com ', 'https://my-tenant.eu.auth0.com/'],
    ['login.example.com', 'https://login.example.com/'],
    ['a.b', 'https://a.b/'],
    [LONGEST, `https://${LONGEST}/`],
    ['127.0.0.1:3001', 'http://127.0.0.1:3001/'],
    ['localhost:3001', 'http://localhost:3001/'],
    ['[::1]:3001', 'http://[::1]:3001/'],
  ])('for %j is %s', (domain, issuer) => {
    expect(issuerOf(domain)).toBe(issuer);
  });

  it.each([
    '',
    'https://my-tenant.eu.auth0.com',
    'my-tenant.eu.auth0.com/',
    'my-tenant.eu.auth0.com:443',
    'user@my-tenant.eu.auth0.com',
    'my tenant.eu.auth0.com',
    'my_tenant.eu.auth0.com',
    '-tenant.eu.auth0.com',
    'tenant..auth0.com',
    `${'a'.repeat(64)}.auth0.com`,
    `a${LONGEST}`,
    'localhost',
    'evil-localhost:3001',
    '1127.0.0.1:3001',
    'x[::1]:3001',
    '127.0.0.1:3001x',
    'localhost.evil.example:80',
    '127.0.0.1:65536',
    '127.0.0.1:80/path',
    '10.0.0.1:3001',
  ])('throws a ConfigError for %j', (domain) => {
    expect(() => issuerOf(domain)).toThrow(ConfigError);
    expect(() => issuerOf(domain)).toThrow(/AUTH0_DOMAIN/);
  });
});

describe('a tenant', () => {
  it.each([undefined, '', ' '])('without custom domains (%j) has one accepted issuer', (customDomains) => {
    expect(tenantOf('my-tenant.eu.auth0.com', customDomains)).toEqual({
      issuer: 'https://my-tenant.eu.auth0.com/',
      acceptedIssuers: ['https://my-tenant.eu.auth0.com/'],
    });
  });

  it('is also accepted by each custom domain, and keeps its own issuer', () => {
    expect(tenantOf('My-Tenant.eu.auth0.com', 'auth0.example.com, Login.example.org')).toEqual({
      issuer: 'https://my-tenant.eu.auth0.com/',
      acceptedIssuers: [
        'https://my-tenant.eu.auth0.com/',
        'https://auth0.example.com/',
        'https://login.example.org/',
      ],
    });
  });

  it('may name a domain twice', () => {
    expect(tenantOf('a.auth0.com', 'b.example.com,a.auth0.com,b.example.com').acceptedIssuers).toEqual([
      'https://a.auth0.com/',
      'https://b.example.com/',
    ]);
  });

  it('may have loopback names, which are called by plain http', () => {
    expect(tenantOf('127.0.0.1:3001', 'localhost:3001').acceptedIssuers).toEqual([
      'http://127.0.0.1:3001/',
      'http://localhost:3001/',
    ]);
  });

  it.each([
    'https://auth0.example.com',
    'auth0.example.com/',
    'a.example.com,',
    'a.example.com;b.example.com',
    '*',
  ])('has no custom domain %j', (customDomains) => {
    expect(() => tenantOf('a.auth0.com', customDomains)).toThrow(ConfigError);
    expect(() => tenantOf('a.auth0.com', customDomains)).toThrow(/^AUTH0_CUSTOM_DOMAINS must be host names/);
  });
});
