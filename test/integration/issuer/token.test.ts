import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  alice,
  audience,
  claims,
  confidential,
  manualClock,
  passwordGrant,
  requestToken,
  start,
} from './support.ts';

const passwordRealm = 'http://auth0.com/oauth/grant-type/password-realm';

describe('the password grant', () => {
  it("gives tokens that the issuer's keys verify, for the tutorial's form", async () => {
    const issuer = await start();
    const { status, headers, body } = await requestToken(issuer, passwordGrant());
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 86_400, scope: 'openid profile email' });
    expect(body.refresh_token).toBeUndefined();
    const keys = createLocalJWKSet(issuer.publicJwks());
    await jwtVerify(body.access_token!, keys, { issuer: issuer.url, audience });
    await jwtVerify(body.id_token!, keys, { issuer: issuer.url, audience: confidential.clientId });
  });

  it("gives access tokens with Auth0's claims and header, and no others", async () => {
    const clock = manualClock();
    const issuer = await start({ now: clock.now });
    const { body } = await requestToken(issuer, passwordGrant());
    const iat = clock.now() / 1000;
    expect(claims(body.access_token)).toEqual({
      iss: issuer.url,
      sub: alice.subject,
      aud: [audience, `${issuer.url}userinfo`],
      iat,
      exp: iat + 86_400,
      scope: 'openid profile email',
      gty: 'password',
      azp: confidential.clientId,
      permissions: ['read:todos', 'write:todos'],
    });
    expect(decodeProtectedHeader(body.access_token!)).toEqual({
      alg: 'RS256',
      typ: 'JWT',
      kid: issuer.publicJwks().keys[0]!.kid,
    });
    expect(issuer.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(issuer.url).toBe(`http://${issuer.domain}/`);
  });

  it('gives the name and the email in the ID token', async () => {
    const { body } = await requestToken(await start(), passwordGrant());
    expect(claims(body.id_token)).toMatchObject({
      sub: alice.subject,
      name: alice.name,
      nickname: 'alice',
      email: alice.email,
      email_verified: true,
    });
  });

  it('gives neither an ID token nor the userinfo audience without openid', async () => {
    const { body } = await requestToken(await start(), passwordGrant({ scope: 'read:todos' }));
    expect(body.id_token).toBeUndefined();
    expect(claims(body.access_token)).toMatchObject({ aud: audience, scope: 'read:todos' });
  });

  it("grants the API's scopes that the user has as permissions", async () => {
    const issuer = await start();
    const reader = issuer.addUser({ email: 'reader@example.com', permissions: ['read:todos', 'other:api'] });
    const form = {
      username: reader.email,
      password: reader.password,
      scope: 'openid read:todos write:todos other:api',
    };
    const { body } = await requestToken(issuer, passwordGrant(form));
    expect(body.scope).toBe('openid read:todos');
    expect(claims(body.access_token).permissions).toEqual(['read:todos']);
  });

  it.each([
    ['without an audience', () => undefined],
    ['for the audience of /userinfo', (issuerUrl: string) => `${issuerUrl}userinfo`],
  ])('gives an opaque token without scopes of the API %s', async (_, audienceOf) => {
    const issuer = await start();
    const form = { audience: audienceOf(issuer.url), scope: 'openid email read:todos' };
    const { status, body } = await requestToken(issuer, passwordGrant(form));
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 86_400, scope: 'openid email' });
    expect(decodeProtectedHeader(body.access_token!)).toEqual({
      alg: 'dir',
      enc: 'A256GCM',
      iss: issuer.url,
    });
    expect(body.access_token).toMatch(/^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(claims(body.id_token).email).toBe(alice.email);
  });

  it('accepts a JSON body', async () => {
    const issuer = await start();
    const response = await fetch(`${issuer.url}oauth/token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(passwordGrant()),
    });
    expect(response.status).toBe(200);
  });

  it('ignores the case of the email', async () => {
    expect((await requestToken(await start(), passwordGrant({ username: 'Alice@Example.com' }))).status).toBe(
      200,
    );
  });

  it.each([
    ['a wrong password', { password: 'bob-password' }],
    ['an unknown email', { username: 'nobody@example.com' }],
  ])('refuses %s with the same error', async (_, changes) => {
    const { status, body } = await requestToken(await start(), passwordGrant(changes));
    expect(status).toBe(403);
    expect(body).toEqual({ error: 'invalid_grant', error_description: 'Wrong email or password.' });
  });

  it.each(['username', 'password', 'grant_type', 'client_id'])(
    'refuses a request without %s',
    async (name) => {
      const { status, body } = await requestToken(await start(), passwordGrant({ [name]: undefined }));
      expect(status).toBe(400);
      expect(body).toEqual({
        error: 'invalid_request',
        error_description: `Missing required parameter: ${name}`,
      });
    },
  );

  it('refuses an API that is not registered', async () => {
    const { status, body } = await requestToken(await start(), passwordGrant({ audience: 'https://other' }));
    expect(status).toBe(403);
    expect(body).toEqual({ error: 'access_denied', error_description: 'Service not found: https://other' });
  });
});

describe('the password-realm grant', () => {
  it("signs in the realm's user, where another realm has the same email", async () => {
    const issuer = await start();
    const other = issuer.addUser({ email: alice.email, connection: 'employees' });
    const form = { grant_type: passwordRealm, realm: 'employees', password: other.password };
    const { body } = await requestToken(issuer, passwordGrant(form));
    expect(claims(body.access_token).sub).toBe(other.subject);
    expect((await requestToken(issuer, passwordGrant({ ...form, password: alice.password }))).status).toBe(
      403,
    );
  });

  it.each([
    ['an unknown realm', 'nowhere', 'Unknown or invalid realm: nowhere'],
    ['no realm', undefined, 'Missing required parameter: realm'],
  ])('refuses %s', async (_, realm, error_description) => {
    const form = passwordGrant({ grant_type: passwordRealm, realm });
    const { status, body } = await requestToken(await start(), form);
    expect(status).toBe(400);
    expect(body).toEqual({ error: 'invalid_request', error_description });
  });
});

describe('the client_credentials grant', () => {
  const machine = {
    username: undefined,
    password: undefined,
    grant_type: 'client_credentials',
    scope: undefined,
  };

  it('gives a machine token with all scopes of the client grant', async () => {
    const issuer = await start();
    const { body } = await requestToken(issuer, passwordGrant(machine));
    expect(body).not.toHaveProperty('id_token');
    expect(body).not.toHaveProperty('refresh_token');
    expect(claims(body.access_token)).toMatchObject({
      sub: `${confidential.clientId}@clients`,
      azp: confidential.clientId,
      aud: audience,
      gty: 'client-credentials',
      scope: 'read:todos write:todos',
      permissions: ['read:todos', 'write:todos'],
    });
  });

  it('refuses a machine that names no audience', async () => {
    const form = passwordGrant({ ...machine, audience: undefined });
    const { status, body } = await requestToken(await start(), form);
    expect(status).toBe(403);
    expect(body).toEqual({
      error: 'access_denied',
      error_description: 'No audience parameter was provided, and no default audience has been configured',
    });
  });

  it('gives only the requested scopes', async () => {
    const { body } = await requestToken(await start(), passwordGrant({ ...machine, scope: 'read:todos' }));
    expect(body.scope).toBe('read:todos');
    expect(claims(body.access_token).permissions).toEqual(['read:todos']);
  });

  it('refuses a scope that the client grant lacks', async () => {
    const { status, body } = await requestToken(
      await start(),
      passwordGrant({ ...machine, scope: 'openid' }),
    );
    expect(status).toBe(403);
    expect(body).toEqual({
      error: 'access_denied',
      error_description: 'Client has not been granted scopes: openid',
    });
  });

  it('refuses a client without a client grant', async () => {
    const { permissions: _, ...client } = confidential;
    const { status, body } = await requestToken(await start({ clients: [client] }), passwordGrant(machine));
    expect(status).toBe(403);
    expect(body.error).toBe('access_denied');
    expect(body.error_description).toContain('client-grant');
  });
});

describe('client authentication', () => {
  const basic = (id: string, secret: string) => ({
    authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
  });
  const withoutCredentials = { client_id: undefined, client_secret: undefined };

  it('accepts HTTP Basic with a form-encoded id and secret', async () => {
    const client = { ...confidential, clientSecret: 'a:b&c+d%' };
    const issuer = await start({ clients: [client] });
    const headers = basic(client.clientId, client.clientSecret);
    expect((await requestToken(issuer, passwordGrant(withoutCredentials), headers)).status).toBe(200);
  });

  it('names the scheme when HTTP Basic fails', async () => {
    const headers = basic(confidential.clientId, 'wrong');
    const response = await requestToken(await start(), passwordGrant(withoutCredentials), headers);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic /);
  });

  it('refuses two methods in one request', async () => {
    const headers = basic(confidential.clientId, confidential.clientSecret);
    const { status, body } = await requestToken(await start(), passwordGrant(), headers);
    expect(status).toBe(400);
    expect(body.error).toBe('invalid_request');
  });

  it.each([
    ['an unknown client', { client_id: 'nobody' }],
    ['a wrong secret', { client_secret: 'wrong' }],
    ['no secret', { client_secret: undefined }],
  ])('refuses %s', async (_, changes) => {
    const { status, body } = await requestToken(await start(), passwordGrant(changes));
    expect(status).toBe(401);
    expect(body).toEqual({ error: 'access_denied', error_description: 'Unauthorized' });
  });

  it.each(['password', passwordRealm, 'client_credentials'])(
    'refuses the SPA the grant %s',
    async (grant_type) => {
      const form = passwordGrant({ grant_type, client_id: 'todo-demo-spa', client_secret: undefined });
      const { status, body } = await requestToken(await start(), form);
      expect(status).toBe(403);
      expect(body).toEqual({
        error: 'unauthorized_client',
        error_description: `Grant type '${grant_type}' not allowed for the client.`,
        error_uri: 'https://auth0.com/docs/clients/client-grant-types',
      });
    },
  );

  it('refuses an unknown grant type', async () => {
    const { status, body } = await requestToken(await start(), passwordGrant({ grant_type: 'implicit' }));
    expect(status).toBe(403);
    expect(body).toEqual({
      error: 'unsupported_grant_type',
      error_description: 'Unsupported grant type: implicit',
    });
  });
});

describe('a malformed token request', () => {
  const post = async (contentType: string, body: string) => {
    const issuer = await start();
    const headers = { 'Content-Type': contentType };
    const response = await fetch(`${issuer.url}oauth/token`, { method: 'POST', headers, body });
    return { status: response.status, body: await response.json() };
  };

  it.each([
    ['another content type', 'text/plain', 'grant_type=password'],
    ['JSON that does not parse', 'application/json', '{'],
    ['JSON that is not an object', 'application/json', '["password"]'],
    ['a value that is not a string', 'application/json', '{"grant_type":["password"]}'],
    [
      'a parameter given twice',
      'application/x-www-form-urlencoded',
      'grant_type=password&grant_type=password',
    ],
  ])('is refused: %s', async (_, contentType, body) => {
    expect(await post(contentType, body)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it('is refused when its body is larger than 64 KiB', async () => {
    const body = `grant_type=${'x'.repeat(65 * 1024)}`;
    expect((await post('application/x-www-form-urlencoded', body)).status).toBe(413);
  });
});
