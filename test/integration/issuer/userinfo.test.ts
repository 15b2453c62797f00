import { describe, expect, it } from 'vitest';
import type { Issuer } from '../../../infra/local/issuer/issuer.ts';
import { alice, audience, bob, manualClock, passwordGrant, requestToken, start } from './support.ts';

function userinfo(issuer: Issuer, token: string, method = 'GET') {
  return fetch(`${issuer.url}userinfo`, { method, headers: { authorization: `Bearer ${token}` } });
}

describe('/userinfo', () => {
  it.each(['GET', 'POST'])('gives the claims that the scopes of the token allow, by %s', async (method) => {
    const clock = manualClock();
    const issuer = await start({ now: clock.now });
    const { body } = await requestToken(issuer, passwordGrant());
    const response = await userinfo(issuer, body.access_token!, method);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      sub: alice.subject,
      nickname: 'alice',
      name: alice.name,
      picture: 'https://cdn.auth0.com/avatars/al.png',
      updated_at: new Date(clock.now()).toISOString(),
      email: alice.email,
      email_verified: true,
    });
  });

  it('accepts the opaque token of a request without an audience, until it expires', async () => {
    const clock = manualClock();
    const issuer = await start({ now: clock.now });
    const { body } = await requestToken(
      issuer,
      passwordGrant({ audience: undefined, scope: 'openid email' }),
    );
    const response = await userinfo(issuer, body.access_token!);
    expect(await response.json()).toEqual({ sub: alice.subject, email: alice.email, email_verified: true });
    clock.advance(86_400_000);
    expect((await userinfo(issuer, body.access_token!)).status).toBe(401);
  });

  it('refuses an opaque token without openid, and one of another issuer', async () => {
    const issuer = await start();
    const opaque = async (from: Issuer, scope: string) =>
      (await requestToken(from, passwordGrant({ audience: undefined, scope }))).body.access_token!;
    expect((await userinfo(issuer, await opaque(issuer, 'email'))).status).toBe(401);
    expect((await userinfo(issuer, await opaque(await start(), 'openid'))).status).toBe(401);
  });

  it('gives only the subject for the scope openid', async () => {
    const issuer = await start();
    const token = await issuer.mintToken({ scope: 'openid' });
    expect(await (await userinfo(issuer, token)).json()).toEqual({ sub: alice.subject });
  });

  it('gives the current data of the user', async () => {
    const issuer = await start();
    const token = await issuer.mintToken();
    issuer.updateUser(alice.subject, { email: 'a@example.com', emailVerified: false });
    const claims = await (await userinfo(issuer, token)).json();
    expect(claims).toMatchObject({ email: 'a@example.com', email_verified: false });
  });

  it('names the scheme to a request without a token', async () => {
    const issuer = await start();
    const response = await fetch(`${issuer.url}userinfo`);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="Users"');
    expect(await response.text()).toBe('Unauthorized');
  });

  it.each([
    ['was not made for it', { scope: 'read:todos' }],
    ['has expired', { expiresInSeconds: -1 }],
    ['has no expiry', { claims: { exp: undefined } }],
    ['is of another issuer', { claims: { iss: 'https://other/' } }],
    ['is of a user that there is not', { subject: 'auth0|nobody' }],
  ])('refuses a token that %s', async (_, mint) => {
    const issuer = await start();
    const response = await userinfo(issuer, await issuer.mintToken(mint));
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('refuses a token that another issuer or a revoked key signed', async () => {
    const issuer = await start();
    const claims = { iss: issuer.url, aud: [audience, `${issuer.url}userinfo`] };
    const foreign = await (await start()).mintToken({ claims });
    expect((await userinfo(issuer, foreign)).status).toBe(401);
    const revoked = await issuer.mintToken();
    await issuer.rotateKeys({ keepOld: false });
    expect((await userinfo(issuer, revoked)).status).toBe(401);
    expect((await userinfo(issuer, await issuer.mintToken())).status).toBe(200);
  });

  it('refuses a token whose signature was changed', async () => {
    const issuer = await start();
    const [header, payload, signature = ''] = (await issuer.mintToken()).split('.');
    const changed = `${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`;
    expect((await userinfo(issuer, `${header}.${payload}.${changed}`)).status).toBe(401);
  });
});

describe("/userinfo's limit", () => {
  const drain = async (issuer: Issuer, token: string, requests: number) => {
    const statuses: number[] = [];
    for (let i = 0; i < requests; i++) statuses.push((await userinfo(issuer, token)).status);
    return statuses;
  };

  it('allows ten requests at once for a user, then responds with a 429 and the time of the reset', async () => {
    const clock = manualClock();
    const issuer = await start({ now: clock.now });
    const token = await issuer.mintToken();
    const first = await userinfo(issuer, token);
    expect(first.headers.get('x-ratelimit-limit')).toBe('10');
    expect(first.headers.get('x-ratelimit-remaining')).toBe('9');
    expect(await drain(issuer, token, 9)).toEqual(Array(9).fill(200));
    const refused = await userinfo(issuer, token);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(refused.headers.get('x-ratelimit-reset')).toBe(String(clock.now() / 1000 + 12));
    expect(await refused.json()).toEqual({
      error: 'access_denied',
      error_description: 'Global limit has been reached',
    });
  });

  it('is refilled by five requests a minute, up to ten', async () => {
    const clock = manualClock();
    const issuer = await start({ now: clock.now });
    const token = await issuer.mintToken();
    await drain(issuer, token, 10);
    clock.advance(11_999);
    expect(await drain(issuer, token, 1)).toEqual([429]);
    clock.advance(1);
    expect(await drain(issuer, token, 2)).toEqual([200, 429]);
    clock.advance(3_600_000);
    expect(await drain(issuer, token, 11)).toEqual([...Array(10).fill(200), 429]);
  });

  it('counts the requests of each user, with all tokens of the user', async () => {
    const clock = manualClock();
    const issuer = await start({ now: clock.now, userinfoLimit: { burst: 1, perMinute: 1 } });
    expect(await drain(issuer, await issuer.mintToken(), 1)).toEqual([200]);
    expect(await drain(issuer, await issuer.mintToken({ expiresInSeconds: 60 }), 1)).toEqual([429]);
    expect(await drain(issuer, await issuer.mintToken({ subject: bob.subject }), 1)).toEqual([200]);
  });

  it('can be turned off', async () => {
    const issuer = await start({ userinfoLimit: false });
    expect(await drain(issuer, await issuer.mintToken(), 12)).toEqual(Array(12).fill(200));
  });
});
