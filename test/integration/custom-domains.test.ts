import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createClient, expectProblem } from '../support/client.ts';
import { temporaryFolder } from '../support/cloud-assembly.ts';
import { type ScriptedIssuer, startScriptedIssuer } from '../support/scripted-issuer.ts';
import { type Sink, startSink } from '../support/sink.ts';
import { AUDIENCE, type System, startSystem } from '../support/system.ts';

const folder = temporaryFolder();
let issuer: ScriptedIssuer;
let sink: Sink;
let system: System;

beforeAll(async () => {
  issuer = await startScriptedIssuer();
  sink = await startSink();
  const keysFile = join(folder.path, 'tenant-keys.json');
  writeFileSync(keysFile, JSON.stringify({ keys: [issuer.tenant.key.jwk] }));
  system = await startSystem({
    keysFile,
    settings: { AUTH0_DOMAIN: issuer.tenant.domain, AUTH0_CUSTOM_DOMAINS: issuer.customDomain.domain },
  });
});
afterAll(async () => {
  await system?.close();
  await sink?.close();
  await issuer?.close();
  folder.remove();
});
beforeEach(() => issuer.forget());

const call = (token: string) => createClient(system.apiUrl, token);

/** A person with a new verified address, at both names of the tenant. */
function newPerson() {
  const subject = `auth0|${randomUUID()}`;
  const email = `${randomUUID()}@example.com`;
  const profile = { status: 200, body: { sub: subject, email, email_verified: true } };
  issuer.tenant.profile = profile;
  issuer.customDomain.profile = profile;
  return { subject, email };
}

/** The claims of a token that Auth0 issues at the custom domain: the audience keeps the tenant's own name. */
const customDomainClaims = (subject: string) => ({
  iss: issuer.customDomain.issuer,
  sub: subject,
  aud: [AUDIENCE, `${issuer.tenant.issuer}userinfo`],
  scope: 'openid profile email',
  azp: 'client',
});

describe('a token of a custom domain', () => {
  it('lets a new user in: keys and profile are asked for at the name in its iss', async () => {
    const { subject, email } = newPerson();
    const token = issuer.sign(issuer.customDomain.key, customDomainClaims(subject));
    expect(await call(token)('GET', '/me')).toMatchObject({ status: 200, body: { email } });
    const { domain } = issuer.customDomain;
    expect(issuer.requests).toEqual([`GET ${domain}/.well-known/jwks.json`, `GET ${domain}/userinfo`]);
  });

  it('belongs to the same user as a token of the tenant, and the identity is of the tenant', async () => {
    const { subject } = newPerson();
    const atCustomDomain = call(issuer.sign(issuer.customDomain.key, customDomainClaims(subject)));
    const { body: todo } = await atCustomDomain('POST', '/todo', { body: { title: 'At both names' } });

    const claims = { ...customDomainClaims(subject), iss: issuer.tenant.issuer };
    const atTenant = call(issuer.sign(issuer.tenant.key, claims));
    expect((await atTenant('GET', `/todo/${todo.id}`)).body).toEqual(todo);
    const me = (await atTenant('GET', '/me')).body;
    expect(me.identities).toEqual([{ issuer: issuer.tenant.issuer, subject }]);
    expect((await atCustomDomain('GET', '/me')).body).toEqual(me);
  });

  it.each([
    ['audience of /userinfo', { scope: undefined }],
    ['scope openid', { aud: AUDIENCE }],
  ])('opens the profile with the %s alone', async (_what, changes) => {
    const { subject, email } = newPerson();
    const token = issuer.sign(issuer.customDomain.key, { ...customDomainClaims(subject), ...changes });
    expect(await call(token)('GET', '/me')).toMatchObject({ status: 200, body: { email } });
  });

  it('without both is a 403 that says which scopes are missing, and nobody is asked', async () => {
    const { subject } = newPerson();
    const claims = { ...customDomainClaims(subject), aud: AUDIENCE, scope: 'email' };
    const response = await call(issuer.sign(issuer.customDomain.key, claims))('GET', '/me');
    expectProblem(response, 403);
    expect(response.body.detail).toMatch(/ask for the scopes openid and email/);
    expect(issuer.requests).toEqual([]);
  });
});

describe('a name of the tenant', () => {
  it.each(['tenant', 'customDomain'] as const)(
    'is never trusted with the other key: a token of %s that the other name signed is a 401',
    async (name) => {
      const other = name === 'tenant' ? 'customDomain' : 'tenant';
      const { subject } = newPerson();
      const claims = { ...customDomainClaims(subject), iss: issuer[name].issuer };
      expectProblem(await call(issuer.sign(issuer[other].key, claims))('GET', '/me'), 401);
      expect(issuer.requests.filter((request) => request.includes(issuer[other].domain))).toEqual([]);
    },
  );
});

describe('any other issuer', () => {
  it.each<[string, (trap: string) => string]>([
    ['another server', (trap) => `${trap}/`],
    [
      'a user name before another server',
      (trap) => `${issuer.tenant.issuer.slice(0, -1)}@${new URL(trap).host}/`,
    ],
    ['both names in one text', () => `${issuer.tenant.domain},${issuer.customDomain.domain}`],
    ['a third name of the same server', () => issuer.tenant.issuer.replace('127.0.0.1', '127.1')],
    ['the custom domain without its slash', () => issuer.customDomain.issuer.slice(0, -1)],
    ['the custom domain in capitals', () => issuer.customDomain.issuer.toUpperCase()],
    ['the custom domain over https', () => issuer.customDomain.issuer.replace('http:', 'https:')],
  ])('is a 401, and is asked for nothing: %s', async (_name, iss) => {
    const { subject } = newPerson();
    const token = issuer.sign(issuer.customDomain.key, {
      ...customDomainClaims(subject),
      iss: iss(sink.url),
    });
    const response = await call(token)('GET', '/me');
    expectProblem(response, 401);
    expect(response.body.detail).toBe('The access token was issued by someone else.');
    expect([...issuer.requests, ...sink.hits]).toEqual([]);
  });
});
