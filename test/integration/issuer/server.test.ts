import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Issuer, UserDirectoryError } from '../../../infra/local/issuer/issuer.ts';
import { demoUsers } from '../../../infra/start/demo.ts';
import { getRaw } from '../../support/raw-http.ts';
import { alice, audience, confidential, passwordGrant, requestToken, start } from './support.ts';

const jwks = (issuer: Issuer) => fetch(`${issuer.url}.well-known/jwks.json`);

describe('the endpoints', () => {
  it.each([
    ['GET', ''],
    ['POST', 'token'],
    ['GET', 'jwks'],
    ['POST', 'introspect'],
    ['POST', 'revoke'],
    ['GET', 'endsession'],
    ['GET', 'oauth/token'],
    ['POST', '.well-known/jwks.json'],
    ['GET', 'authorize/'],
    ['OPTIONS', 'authorize'],
  ])('do not include %s /%s', async (method, path) => {
    const issuer = await start();
    expect((await fetch(`${issuer.url}${path}`, { method })).status).toBe(404);
  });

  it('are those of the discovery document', async () => {
    const issuer = await start();
    const response = await fetch(`${issuer.url}.well-known/openid-configuration`);
    const document = (await response.json()) as Record<string, string & string[]>;
    expect(document.issuer).toBe(issuer.url);
    expect(document.code_challenge_methods_supported).toEqual(['S256']);
    expect(document.scopes_supported).toContain('write:todos');
    for (const name of ['authorization', 'end_session']) {
      const response = await fetch(document[`${name}_endpoint`]!, { redirect: 'manual' });
      expect(response.headers.get('content-type')).toContain('text/html');
    }
    expect((await fetch(document.token_endpoint!, { method: 'POST' })).status).toBe(400);
    expect((await fetch(document.revocation_endpoint!, { method: 'POST' })).status).toBe(400);
    expect((await fetch(document.userinfo_endpoint!)).status).toBe(401);
    expect((await fetch(document.jwks_uri!)).status).toBe(200);
    for (const grant_type of document.grant_types_supported!) {
      const { body } = await requestToken(issuer, { grant_type });
      expect(body.error).not.toBe('unsupported_grant_type');
    }
  });
});

describe('CORS', () => {
  const origins = {
    callback: 'https://app.example',
    web: 'http://localhost:5173',
    foreign: 'https://evil.example',
  };
  const clients = [
    {
      ...confidential,
      callbacks: ['https://app.example/callback', 'com.example.app://callback'],
      webOrigins: ['http://localhost:*'],
    },
  ];

  it.each([
    'oauth/token',
    'oauth/revoke',
    'userinfo',
    '.well-known/jwks.json',
    '.well-known/openid-configuration',
  ])('lets web origins and those of callbacks call /%s, and no others', async (path) => {
    const issuer = await start({ clients });
    const allowed = async (method: string, origin: string) => {
      const response = await fetch(`${issuer.url}${path}`, { method, headers: { origin } });
      expect(response.headers.get('vary')).toBe('Origin');
      return response.headers.get('access-control-allow-origin');
    };
    for (const method of ['OPTIONS', path.startsWith('oauth/') ? 'POST' : 'GET']) {
      expect(await allowed(method, origins.callback)).toBe('https://app.example');
      expect(await allowed(method, origins.web)).toBe('http://localhost:5173');
      expect(await allowed(method, origins.foreign)).toBeNull();
      expect(await allowed(method, 'http://127.0.0.1:5173')).toBeNull();
      expect(await allowed(method, 'null')).toBeNull();
    }
  });

  it.each([
    ['POST', 'oauth/token'],
    ['POST', 'oauth/revoke'],
    ['OPTIONS', 'oauth/token'],
    ['GET', 'userinfo'],
    ['GET', 'authorize'],
    ['POST', 'u/login'],
    ['GET', 'v2/logout'],
  ])('does nothing for a request of a foreign origin: %s /%s', async (method, path) => {
    const issuer = await start({ clients });
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1.evil.example']) {
      const response = await fetch(`${issuer.url}${path}`, { method, headers: { origin } });
      expect(response.status).toBe(403);
      expect(await response.json()).toEqual({
        error: 'access_denied',
        error_description: `${origin} is not in the list of Allowed Web Origins of any client.`,
      });
    }
    expect(issuer.requestCount('token')).toBe(0);
  });

  it('allows the headers that a client sends, without counting the preflight', async () => {
    const issuer = await start();
    const headers = { origin: 'http://127.0.0.1:3000' };
    const response = await fetch(`${issuer.url}oauth/token`, { method: 'OPTIONS', headers });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-methods')).toBe('POST');
    expect(response.headers.get('access-control-allow-headers')).toContain('Content-Type');
    expect(issuer.requestCount('token')).toBe(0);
  });
});

describe('the Host header', () => {
  const configuration = '/.well-known/openid-configuration';

  it.each([
    'evil.example',
    'evil.example:3001',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'x@localhost',
    '',
  ])('is refused when it does not name this machine: %j', async (host) => {
    const response = await getRaw((await start()).url, configuration, [`Host: ${host}`]);
    expect(response.status).toBe(403);
    expect(response.body).toEqual({
      error: 'access_denied',
      error_description: `${JSON.stringify(host)} is not a name of this issuer.`,
    });
  });

  it.each(['127.0.0.1', 'localhost:3001', 'LOCALHOST', '[::1]:3001'])(
    'may be another name of this machine: %s',
    async (host) => {
      const issuer = await start();
      const response = await getRaw(issuer.url, configuration, [`Host: ${host}`]);
      expect(response.status).toBe(200);
      expect(response.body.issuer).toBe(issuer.url);
    },
  );
});

describe('a fault', () => {
  it('applies to one request by default, which is counted', async () => {
    const issuer = await start();
    issuer.failWith('jwks', { status: 503, headers: { 'Retry-After': '2' }, body: 'down' });
    const failed = await jwks(issuer);
    expect(failed.status).toBe(503);
    expect(failed.headers.get('retry-after')).toBe('2');
    expect(await failed.text()).toBe('down');
    expect((await jwks(issuer)).status).toBe(200);
    expect(issuer.requestCount('jwks')).toBe(2);
    expect(issuer.requestCount('userinfo')).toBe(0);
  });

  it('starts when the earlier faults are used up', async () => {
    const issuer = await start();
    issuer.failWith('jwks', { status: 500, times: 2 });
    issuer.failWith('jwks', { status: 429, times: Number.POSITIVE_INFINITY });
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) statuses.push((await jwks(issuer)).status);
    expect(statuses).toEqual([500, 500, 429, 429, 429]);
    issuer.clearFaults();
    expect((await jwks(issuer)).status).toBe(200);
  });

  it('applies only to its endpoint', async () => {
    const issuer = await start();
    issuer.failWith('token', { status: 500 });
    issuer.failWith('userinfo', { status: 429 });
    expect((await jwks(issuer)).status).toBe(200);
    const headers = { authorization: `Bearer ${await issuer.mintToken()}` };
    expect((await fetch(`${issuer.url}userinfo`, { headers })).status).toBe(429);
    const form = new URLSearchParams(passwordGrant());
    expect((await fetch(`${issuer.url}oauth/token`, { method: 'POST', body: form })).status).toBe(500);
  });

  it('that is only a delay gives the usual response later', async () => {
    const issuer = await start();
    issuer.failWith('jwks', { delayMs: 60_000 });
    const late = fetch(`${issuer.url}.well-known/jwks.json`, { signal: AbortSignal.timeout(50) });
    await expect(late).rejects.toThrow();
    issuer.failWith('jwks', { delayMs: 1 });
    expect((await jwks(issuer)).status).toBe(200);
  });
});

describe('users', () => {
  it('can be added with an email alone, found and changed', async () => {
    const issuer = await start();
    const user = issuer.addUser({ email: 'new@example.com' });
    expect(user).toMatchObject({ emailVerified: true, name: 'new@example.com', permissions: [] });
    expect(user.subject).toMatch(/^auth0\|[0-9a-f]{24}$/);
    issuer.updateUser(user.subject, { emailVerified: false });
    expect(issuer.findUser(user.subject)).toMatchObject({ email: 'new@example.com', emailVerified: false });
    const form = passwordGrant({ username: user.email, password: user.password });
    expect((await requestToken(issuer, form)).status).toBe(200);
  });

  it('cannot have the same subject, or the same email in one connection', async () => {
    const issuer = await start();
    const { subject, email } = alice;
    expect(() => issuer.addUser({ subject, email: 'x@example.com' })).toThrow(UserDirectoryError);
    expect(() => issuer.addUser({ email: email.toUpperCase() })).toThrow(UserDirectoryError);
    expect(() => issuer.updateUser(demoUsers[1]!.subject, { email })).toThrow(UserDirectoryError);
    expect(() => issuer.updateUser('auth0|nobody', {})).toThrow(UserDirectoryError);
    expect(issuer.addUser({ email, connection: 'employees' }).email).toBe(email);
  });
});

describe('starting and stopping', () => {
  it('rejects with EADDRINUSE if the port is in use', async () => {
    const port = Number(new URL((await start()).url).port);
    await expect(start({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('closes idle and waiting connections, and frees the port', async () => {
    const issuer = await start();
    const port = Number(new URL(issuer.url).port);
    await jwks(issuer);
    issuer.failWith('jwks', { delayMs: 60_000 });
    const idle = connect(port, '127.0.0.1');
    const closed = new Promise((resolve) => idle.on('close', resolve));
    idle.on('error', () => {});
    const waiting = jwks(issuer).catch(() => 'closed');
    await expect.poll(() => issuer.requestCount('jwks')).toBe(2);
    await issuer.stop();
    await closed;
    expect(await waiting).toBe('closed');
    await issuer.stop();
    await expect(fetch(issuer.url)).rejects.toThrow();
    expect((await start({ port })).domain).toBe(issuer.domain);
  });

  it('reports an unexpected error, and the client gets a 500 without details', async () => {
    const reported: unknown[] = [];
    let broken = false;
    const issuer = await start({
      audience,
      onError: (error) => reported.push(error),
      now: () => {
        if (broken) throw new Error('the clock broke');
        return Date.now();
      },
    });
    broken = true;
    const { status, body } = await requestToken(issuer, passwordGrant());
    expect(status).toBe(500);
    expect(body).toEqual({ error: 'server_error' });
    expect(reported).toEqual([new Error('the clock broke')]);
  });
});
