import { describe, expect, it } from 'vitest';
import { AuthorizationServerError, NotYetAcceptableError } from '../../../../functions/authorizer/errors.ts';
import type { Fetch } from '../../../../functions/authorizer/http.ts';
import { createProfileFetcher } from '../../../../functions/authorizer/userinfo.ts';
import { createLogRecorder } from '../../../support/log.ts';

function setUp(response: () => Response | Promise<Response>) {
  const world = { time: 1_795_000_000_000, requests: [] as { url: string; init: RequestInit }[], response };
  const fetch: Fetch = async (url, init) => {
    world.requests.push({ url, init });
    return world.response();
  };
  const log = createLogRecorder();
  return {
    world,
    log: log.entries,
    fetchProfile: createProfileFetcher({ fetch, now: () => world.time, log }),
  };
}
const user = (subject: string, issuer = 'https://t.auth0.com/') => ({
  issuer,
  subject,
  scopes: ['openid', 'email'],
});
const profile = (claims: object) => () => Response.json({ sub: 'auth0|1', ...claims });

describe('the profile of a user', () => {
  it('is requested with the token in the Authorization header', async () => {
    const { world, fetchProfile } = setUp(profile({ email: 'a@example.com', email_verified: true }));
    expect(await fetchProfile('the-token', user('auth0|1'))).toEqual({ email: 'a@example.com' });
    expect(world.requests).toMatchObject([
      { url: 'https://t.auth0.com/userinfo', init: { headers: { Authorization: 'Bearer the-token' } } },
    ]);
  });

  it('is a refusal without a verified email address', async () => {
    const { fetchProfile } = setUp(profile({ email: 'a@example.com', email_verified: false }));
    expect(await fetchProfile('t', user('auth0|1'))).toMatchObject({ refusal: 'email_unverified' });
  });

  it.each([
    ['profile_missing', ['openid']],
    ['email_missing', ['openid', 'email']],
  ])('without an address is a refusal as %s for a token with the scopes %j', async (refusal, scopes) => {
    const { fetchProfile } = setUp(profile({}));
    expect(await fetchProfile('t', { ...user('auth0|1'), scopes })).toEqual({ refusal });
  });

  it('is an outage if it has another subject', async () => {
    const { fetchProfile } = setUp(profile({ sub: 'auth0|2', email: 'a@example.com', email_verified: true }));
    await expect(fetchProfile('t', user('auth0|1'))).rejects.toBeInstanceOf(AuthorizationServerError);
  });

  it.each([
    [401, ''],
    [401, 'Unauthorized'],
    [401, '{"error":"invalid_token","error_description":"The access token expired"}'],
    [403, '{"error":"access_denied"}'],
    [403, 'null'],
  ])('throws a temporary error when the issuer responds with %i %j', async (status, body) => {
    const { fetchProfile } = setUp(() => new Response(body, { status }));
    await expect(fetchProfile('t', user('auth0|1'))).rejects.toEqual(
      new NotYetAcceptableError('profile_refused'),
    );
  });

  it.each([
    ['blocked_at_issuer', 401, '{"error":"unauthorized","error_description":"user is blocked"}', {}],
    ['blocked_at_issuer', 403, '{"error":"access_denied","error_description":"User is blocked."}', {}],
    [
      'blocked_at_issuer',
      401,
      '',
      { 'WWW-Authenticate': 'Bearer error="invalid_token", error_description="user is blocked"' },
    ],
    ['profile_missing', 403, '{"error":"insufficient_scope"}', {}],
    ['profile_missing', 403, '', { 'WWW-Authenticate': 'Bearer error="insufficient_scope"' }],
    ['profile_unavailable', 400, '{"error":"invalid_request"}', {}],
    ['profile_unavailable', 404, '', {}],
    ['profile_unavailable', 410, 'Gone', {}],
    ['profile_unavailable', 405, '', {}],
  ])('is refused as %s when the issuer responds with %i %j %j', async (refusal, status, body, headers) => {
    const { fetchProfile } = setUp(() => new Response(body, { status, headers }));
    expect(await fetchProfile('t', user('auth0|1'))).toEqual({ refusal });
  });

  it.each([
    ['500', () => new Response('', { status: 500 })],
    ['408', () => new Response('', { status: 408 })],
    ['425', () => new Response('', { status: 425 })],
    ['503 with a text about a block', () => new Response('user is blocked', { status: 503 })],
    ['a malformed body', () => new Response('{')],
    ['null', () => Response.json(null)],
    ['too late', () => Promise.reject(new DOMException('timeout', 'TimeoutError'))],
  ])('is an outage when the response is %s', async (_name, response) => {
    await expect(setUp(response).fetchProfile('t', user('auth0|1'))).rejects.toBeInstanceOf(
      AuthorizationServerError,
    );
  });
});

describe('a request for a profile', () => {
  it.each([
    ['ok', () => Response.json({ sub: 'auth0|1' })],
    ['refused', () => new Response('', { status: 401 })],
    ['rate_limited', () => new Response('', { status: 429 })],
    ['failed', () => new Response('', { status: 500 })],
    ['failed', () => Promise.reject(new TypeError('fetch failed'))],
  ])('is logged as %s', async (outcome, response) => {
    const { fetchProfile, log } = setUp(response);
    await fetchProfile('t', user('auth0|1')).catch(() => {});
    expect(log).toMatchObject([{ level: 'info', message: 'userinfo', fields: { outcome } }]);
  });

  it.each([
    [200, undefined],
    [401, undefined],
    [403, undefined],
    [429, { UserinfoRateLimited: 1 }],
    [500, undefined],
  ])(
    'with the status %i has the metrics %j, because only the alarm about a 429 needs one',
    async (status, metrics) => {
      const { fetchProfile, log } = setUp(() => Response.json({ sub: 'auth0|1' }, { status }));
      await fetchProfile('t', user('auth0|1')).catch(() => {});
      expect(log.map(({ measurements }) => measurements)).toEqual([metrics]);
    },
  );
});

describe('after a 429', () => {
  const limited = (headers: Record<string, string>) => () => new Response('', { status: 429, headers });

  it.each([
    ['x-ratelimit-reset', (time: number) => ({ 'x-ratelimit-reset': String(time / 1_000 + 12) }), 12_000],
    ['Retry-After', () => ({ 'retry-after': '7' }), 7_000],
    ['no header', () => ({}), 5_000],
    ['a reset that is now', (time: number) => ({ 'x-ratelimit-reset': String(time / 1_000) }), 5_000],
    ['an invalid header', () => ({ 'x-ratelimit-reset': 'soon' }), 5_000],
    ['a reset in the far future', (time: number) => ({ 'x-ratelimit-reset': String(time) }), 300_000],
  ])(
    'with %s, sends no request for this user before the given time',
    async (_name, headersAt, milliseconds) => {
      const { world, fetchProfile } = setUp(profile({ email: 'a@example.com', email_verified: true }));
      const good = world.response;
      world.response = limited(headersAt(world.time));
      const attempt = () =>
        fetchProfile('t', user('auth0|1')).then(
          () => 'profile',
          (error) => error.name,
        );
      expect(await attempt()).toBe('AuthorizationServerError');

      world.response = good;
      world.time += milliseconds - 1;
      expect(await attempt()).toBe('AuthorizationServerError');
      expect(world.requests).toHaveLength(1);
      world.time += 1;
      expect(await attempt()).toBe('profile');
    },
  );

  it('sends a request at once when the clock was set back, because the wait would be as long', async () => {
    const { world, fetchProfile } = setUp(limited({ 'retry-after': '60' }));
    await expect(fetchProfile('t', user('auth0|1'))).rejects.toThrow();
    world.response = profile({ email: 'a@example.com', email_verified: true });
    world.time -= 86_400_000;
    await expect(fetchProfile('t', user('auth0|1'))).resolves.toEqual({ email: 'a@example.com' });
  });

  it('remembers a thousand users at most', async () => {
    const { world, fetchProfile } = setUp(limited({ 'retry-after': '60' }));
    for (let i = 0; i <= 1_000; i++) await expect(fetchProfile('t', user(`auth0|${i}`))).rejects.toThrow();
    const ask = async (subject: string) => {
      const before = world.requests.length;
      await expect(fetchProfile('t', user(subject))).rejects.toThrow();
      return world.requests.length - before;
    };
    expect(await ask('auth0|1000')).toBe(0);
    expect(await ask('auth0|1')).toBe(0);
    expect(await ask('auth0|0')).toBe(1);
  });

  it('sends the next request at once after another error', async () => {
    const { world, fetchProfile } = setUp(() => new Response('', { status: 500 }));
    await expect(fetchProfile('t', user('auth0|1'))).rejects.toThrow(
      'The request for the profile got the status 500',
    );
    world.response = profile({});
    await expect(fetchProfile('t', user('auth0|1'))).resolves.toBeDefined();
  });

  it('sends requests for the same user at another name of the tenant', async () => {
    const { world, fetchProfile } = setUp(limited({ 'retry-after': '60' }));
    await expect(fetchProfile('t', user('auth0|1'))).rejects.toThrow();
    world.response = profile({});
    await fetchProfile('t', user('auth0|1', 'https://auth0.example.com/'));
    expect(world.requests.map(({ url }) => url)).toEqual([
      'https://t.auth0.com/userinfo',
      'https://auth0.example.com/userinfo',
    ]);
  });

  it('sends requests for other users', async () => {
    const { world, fetchProfile } = setUp(limited({ 'retry-after': '60' }));
    await expect(fetchProfile('t', user('auth0|1'))).rejects.toThrow();
    world.response = () => Response.json({ sub: 'auth0|2' });
    await expect(fetchProfile('t', user('auth0|2'))).resolves.toBeDefined();
  });
});
