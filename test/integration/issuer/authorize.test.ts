import { decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  alice,
  audience,
  authorizeUrl,
  bob,
  callback,
  claims,
  codeGrant,
  confidential,
  freshCode,
  locationOf,
  manualClock,
  openBrowser,
  requestToken,
  signIn,
  start,
  transactionOf,
  verifier,
} from './support.ts';

describe('the login page', () => {
  it('asks for an email and a password under a strict policy', async () => {
    const issuer = await start();
    const response = await openBrowser().get(authorizeUrl(issuer, { login_hint: bob.email }));
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(page).toContain('<label for="username">');
    expect(page).toContain('<label for="password">');
    expect(page).toContain(`value="${bob.email}"`);
    expect(page).toContain('<meta name="color-scheme" content="light dark">');
    expect(page).not.toContain(alice.password);
    expect(page).not.toContain('<script');
    const policy = response.headers.get('content-security-policy');
    expect(policy).toMatch(
      /default-src 'none'; style-src 'sha256-[^']+'; form-action 'self' http:\/\/127\.0\.0\.1:3000;/,
    );
    expect(policy).toContain("frame-ancestors 'none'");
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('has a button for each user of the connection, which signs in without the password', async () => {
    const issuer = await start();
    issuer.addUser({ email: 'worker@example.com', connection: 'employees' });
    const browser = openBrowser();
    const page = await (await browser.get(authorizeUrl(issuer))).text();
    const buttons = [...page.matchAll(/<button type="submit" name="user" value="([^"]+)">([^ <]+)/g)];
    expect(buttons.map(([, , email]) => email)).toEqual([
      'alice@example.com',
      'bob@example.com',
      'carol@example.com',
    ]);
    const form = { state: transactionOf(page), user: buttons[1]?.[1] ?? '' };
    const response = await browser.post(`${issuer.url}u/login`, form);
    const code = locationOf(response).searchParams.get('code')!;
    expect(claims((await requestToken(issuer, codeGrant(code))).body.access_token).sub).toBe(bob.subject);
  });

  it('refuses the button of a user of another connection', async () => {
    const issuer = await start();
    const { subject } = issuer.addUser({ email: 'worker@example.com', connection: 'employees' });
    const browser = openBrowser();
    const page = await (await browser.get(authorizeUrl(issuer))).text();
    const form = { state: transactionOf(page), user: subject };
    expect((await browser.post(`${issuer.url}u/login`, form)).status).toBe(400);
  });

  it('shows a wrong password and keeps the email, escaped', async () => {
    const issuer = await start();
    const user = { email: `"><script>alert('1')</script>@example.com`, password: 'wrong' };
    const response = await signIn(issuer, openBrowser(), { user });
    const page = await response.text();
    expect(response.status).toBe(400);
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(page).toContain('Wrong email or password.');
    expect(page).toContain('value="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;@example.com"');
    expect(page).not.toContain('<script');
  });

  it('lets the user try again after a wrong password', async () => {
    const issuer = await start();
    const browser = openBrowser();
    const failed = await signIn(issuer, browser, { user: { ...alice, password: 'wrong' } });
    const form = {
      state: transactionOf(await failed.text()),
      username: alice.email,
      password: alice.password,
    };
    expect(locationOf(await browser.post(`${issuer.url}u/login`, form)).searchParams.has('code')).toBe(true);
  });

  it.each([
    ['is unknown', 0, 'made-up'],
    ['is older than ten minutes', 600_001, undefined],
  ])('refuses a form whose transaction %s', async (_, ageMs, state) => {
    const clock = manualClock();
    const issuer = await start({ now: clock.now });
    const browser = openBrowser();
    const page = await (await browser.get(authorizeUrl(issuer))).text();
    clock.advance(ageMs);
    const form = { state: state ?? transactionOf(page), username: alice.email, password: alice.password };
    const response = await browser.post(`${issuer.url}u/login`, form);
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
  });

  it('refuses a form that is sent again after it signed someone in', async () => {
    const issuer = await start();
    const browser = openBrowser();
    const page = await (await browser.get(authorizeUrl(issuer))).text();
    const form = { state: transactionOf(page), username: alice.email, password: alice.password };
    expect((await browser.post(`${issuer.url}u/login`, form)).status).toBe(302);
    expect((await browser.post(`${issuer.url}u/login`, form)).status).toBe(400);
  });

  it('refuses a form that another site posts', async () => {
    const issuer = await start();
    const browser = openBrowser();
    const page = await (await browser.get(authorizeUrl(issuer))).text();
    const form = { state: transactionOf(page), username: alice.email, password: alice.password };
    const post = (origin: string) => browser.post(`${issuer.url}u/login`, form, { origin });
    expect((await post('http://evil.example')).status).toBe(403);
    expect((await post('null')).status).toBe(403);
    expect((await post(`http://${issuer.domain}`)).status).toBe(302);
  });
});

describe('/authorize', () => {
  it.each([
    ['an unknown client', { client_id: 'nobody' }],
    ['no client', { client_id: undefined }],
    ['no redirect URI', { redirect_uri: undefined }],
    ['an unregistered redirect URI', { redirect_uri: 'https://evil.example/' }],
    ['a registered redirect URI with more to its path', { redirect_uri: `${callback}/more` }],
    [
      'a registered redirect URI with another host before it',
      { redirect_uri: 'http://evil.example@127.0.0.1/callback' },
    ],
    ['a redirect URI that is not a URL', { redirect_uri: 'nonsense' }],
  ])('shows an error and does not redirect: %s', async (_, changes) => {
    const response = await openBrowser().get(authorizeUrl(await start(), changes));
    expect([400, 403]).toContain(response.status);
    expect(response.headers.get('location')).toBeNull();
    expect(response.headers.get('content-type')).toContain('text/html');
  });

  it('escapes the parameters in an error', async () => {
    const changes = { redirect_uri: '<script>alert(1)</script>' };
    const page = await (await openBrowser().get(authorizeUrl(await start(), changes))).text();
    expect(page).toContain('&lt;script&gt;');
    expect(page).not.toContain('<script');
  });

  it('accepts a loopback redirect URI on any port', async () => {
    const redirect_uri = 'http://127.0.0.1:54321/callback';
    const response = await signIn(await start(), openBrowser(), { request: { redirect_uri } });
    expect(locationOf(response).href).toMatch(/^http:\/\/127\.0\.0\.1:54321\/callback\?code=/);
  });

  it('accepts any other redirect URI only as it is registered', async () => {
    const client = { ...confidential, callbacks: ['https://app.example/callback'] };
    const issuer = await start({ clients: [client] });
    const ask = (redirect_uri: string) =>
      openBrowser().get(authorizeUrl(issuer, { client_id: client.clientId, redirect_uri }));
    expect((await ask('https://app.example/callback')).status).toBe(200);
    expect((await ask('https://app.example:8443/callback')).status).toBe(403);
  });

  it.each([
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['another response mode', { response_mode: 'form_post' }, 'invalid_request'],
    ['no challenge', { code_challenge: undefined }, 'invalid_request'],
    ['no challenge method', { code_challenge_method: undefined }, 'invalid_request'],
    ['the plain challenge method', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a malformed challenge', { code_challenge: 'short' }, 'invalid_request'],
    ['an unknown API', { audience: 'https://other' }, 'access_denied'],
    ['an unknown connection', { connection: 'nowhere' }, 'invalid_request'],
    ['prompt=none without a session', { prompt: 'none' }, 'login_required'],
    ['prompt=none with another', { prompt: 'none login' }, 'invalid_request'],
  ])('redirects with the error: %s', async (_, changes, error) => {
    const response = await openBrowser().get(authorizeUrl(await start(), changes));
    const location = locationOf(response);
    expect(response.status).toBe(302);
    expect(location.origin + location.pathname).toBe(callback);
    expect(location.searchParams.get('error')).toBe(error);
    expect(location.searchParams.get('state')).toBe('the-state');
    expect(location.searchParams.has('code')).toBe(false);
  });

  it('refuses a client that may not use codes', async () => {
    const client = { ...confidential, grantTypes: ['password'] };
    const issuer = await start({ clients: [client] });
    const response = await openBrowser().get(authorizeUrl(issuer, { client_id: client.clientId }));
    expect(locationOf(response).searchParams.get('error')).toBe('unauthorized_client');
  });

  it('signs in a user of another connection if the request names it', async () => {
    const issuer = await start();
    const user = issuer.addUser({ email: alice.email, connection: 'employees' });
    const response = await signIn(issuer, openBrowser(), { user, request: { connection: 'employees' } });
    const { body } = await requestToken(issuer, codeGrant(locationOf(response).searchParams.get('code')!));
    expect(claims(body.access_token).sub).toBe(user.subject);
  });
});

describe('a browser session', () => {
  it('makes the next request succeed without a login, also with prompt=none', async () => {
    const issuer = await start();
    const browser = openBrowser();
    const cookie = (await signIn(issuer, browser)).headers.get('set-cookie');
    expect(cookie).toMatch(/; HttpOnly; SameSite=Lax$/);
    for (const prompt of [undefined, 'none']) {
      const response = await browser.get(authorizeUrl(issuer, { prompt }));
      expect(locationOf(response).searchParams.has('code')).toBe(true);
    }
  });

  it('is ignored with prompt=login', async () => {
    const issuer = await start();
    const browser = openBrowser();
    await signIn(issuer, browser);
    expect((await browser.get(authorizeUrl(issuer, { prompt: 'login' }))).status).toBe(200);
  });

  it('ends after three days', async () => {
    const clock = manualClock();
    const issuer = await start({ now: clock.now });
    const browser = openBrowser();
    await signIn(issuer, browser);
    clock.advance(3 * 24 * 3_600_000 + 1);
    expect((await browser.get(authorizeUrl(issuer))).status).toBe(200);
  });
});

describe('the authorization_code grant', () => {
  it('exchanges a code and its verifier for tokens of the user', async () => {
    const issuer = await start();
    const response = await signIn(issuer, openBrowser(), {
      user: bob,
      request: { scope: 'openid email offline_access read:todos' },
    });
    expect(response.status).toBe(302);
    expect(locationOf(response).searchParams.get('state')).toBe('the-state');
    const { status, body } = await requestToken(
      issuer,
      codeGrant(locationOf(response).searchParams.get('code')!),
    );
    expect(status).toBe(200);
    expect(body.refresh_token).toBeDefined();
    expect(claims(body.access_token)).toMatchObject({
      sub: bob.subject,
      aud: [audience, `${issuer.url}userinfo`],
      azp: 'todo-demo-spa',
      scope: 'openid email offline_access read:todos',
    });
    expect(claims(body.access_token)).not.toHaveProperty('gty');
    expect(claims(body.id_token)).toMatchObject({
      aud: 'todo-demo-spa',
      nonce: 'the-nonce',
      email: bob.email,
    });
    expect(claims(body.id_token).sid).toEqual(expect.any(String));
  });

  it('gives an opaque token when the authorization request named no audience', async () => {
    const issuer = await start();
    const code = await freshCode(issuer, { audience: undefined, scope: 'openid write:todos' });
    const { body } = await requestToken(issuer, codeGrant(code, { audience }));
    expect(body.scope).toBe('openid');
    expect(decodeProtectedHeader(body.access_token!).alg).toBe('dir');
  });

  it('works for a confidential client, with its secret', async () => {
    const issuer = await start();
    const client_id = confidential.clientId;
    const withSecret = { client_id, client_secret: confidential.clientSecret };
    const code = () => freshCode(issuer, { client_id });
    expect((await requestToken(issuer, codeGrant(await code(), withSecret))).status).toBe(200);
    expect((await requestToken(issuer, codeGrant(await code(), { client_id }))).status).toBe(401);
  });

  it.each([
    ['no verifier', { code_verifier: undefined }, 'Failed to verify code verifier'],
    ['another verifier', { code_verifier: `${verifier.slice(0, -1)}x` }, 'Failed to verify code verifier'],
    ['a made-up code', { code: 'made-up' }, 'Invalid authorization code'],
    ['another redirect URI', { redirect_uri: `${callback}?x` }, 'The redirect URI is wrong.'],
    [
      'another client',
      { client_id: confidential.clientId, client_secret: confidential.clientSecret },
      'Invalid authorization code',
    ],
  ])('refuses %s, and uses up the code', async (_, changes, description) => {
    const issuer = await start();
    const code = await freshCode(issuer);
    const { status, body } = await requestToken(issuer, codeGrant(code, changes));
    expect(status).toBe(403);
    expect(body.error).toBe('invalid_grant');
    expect(body.error_description).toContain(description);
    if (!('code' in changes)) expect((await requestToken(issuer, codeGrant(code))).status).toBe(403);
  });

  it.each(['code', 'redirect_uri'])('refuses a request without %s', async (name) => {
    const issuer = await start();
    const { status, body } = await requestToken(
      issuer,
      codeGrant(await freshCode(issuer), { [name]: undefined }),
    );
    expect(status).toBe(400);
    expect(body.error_description).toBe(`Missing required parameter: ${name}`);
  });

  it('refuses a used code, and revokes its refresh token', async () => {
    const issuer = await start();
    const code = await freshCode(issuer, { scope: 'openid offline_access' });
    const { body } = await requestToken(issuer, codeGrant(code));
    expect(await requestToken(issuer, codeGrant(code))).toMatchObject({
      status: 403,
      body: { error: 'invalid_grant', error_description: 'Invalid authorization code' },
    });
    const refreshing = {
      grant_type: 'refresh_token',
      client_id: 'todo-demo-spa',
      refresh_token: body.refresh_token!,
    };
    expect((await requestToken(issuer, refreshing)).status).toBe(403);
  });

  it('refuses a code after a minute', async () => {
    const clock = manualClock();
    const issuer = await start({ now: clock.now });
    const [young, old] = [await freshCode(issuer), await freshCode(issuer)];
    clock.advance(60_000);
    expect((await requestToken(issuer, codeGrant(young))).status).toBe(200);
    clock.advance(1);
    expect((await requestToken(issuer, codeGrant(old))).status).toBe(403);
  });
});
