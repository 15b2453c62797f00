import { describe, expect, it } from 'vitest';
import type { Issuer } from '../../../infra/local/issuer/issuer.ts';
import {
  authorizeUrl,
  confidential,
  locationOf,
  manualClock,
  openBrowser,
  passwordGrant,
  requestToken,
  signIn,
  start,
} from './support.ts';

const registered = 'http://127.0.0.1:3000/docs';

async function signedIn(issuer: Issuer) {
  const browser = openBrowser();
  await signIn(issuer, browser);
  return browser;
}

describe.each([
  ['/v2/logout', 'v2/logout', 'returnTo'],
  ['/oidc/logout', 'oidc/logout', 'post_logout_redirect_uri'],
])('%s', (_, path, target) => {
  const url = (issuer: Issuer, query: Record<string, string>) =>
    `${issuer.url}${path}?${new URLSearchParams(query)}`;

  it('ends the session and redirects to a registered URL', async () => {
    const issuer = await start();
    const browser = await signedIn(issuer);
    const query = { client_id: 'todo-demo-spa', [target]: registered };
    const response = await browser.get(url(issuer, query));
    expect(response.status).toBe(302);
    expect(locationOf(response).href).toBe(registered);
    expect((await browser.get(authorizeUrl(issuer))).status).toBe(200);
  });

  it('ends the session, not only its cookie', async () => {
    const issuer = await start();
    const browser = openBrowser();
    const cookie = (await signIn(issuer, browser)).headers.get('set-cookie')!.split(';')[0]!;
    await browser.get(url(issuer, {}));
    const response = await fetch(authorizeUrl(issuer), { redirect: 'manual', headers: { cookie } });
    expect(response.status).toBe(200);
  });

  it.each([
    ['an unregistered URL', { client_id: 'todo-demo-spa' }, 'https://evil.example/'],
    ['an unregistered URL without a client', {}, 'https://evil.example/'],
    ['a URL for an unknown client', { client_id: 'nobody' }, registered],
  ])('does not redirect to %s, but ends the session', async (_, client, to) => {
    const issuer = await start();
    const browser = await signedIn(issuer);
    const response = await browser.get(url(issuer, { ...client, [target]: to } as Record<string, string>));
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
    expect((await browser.get(authorizeUrl(issuer))).status).toBe(200);
  });

  it('shows a page when the request gives no URL', async () => {
    const issuer = await start();
    const response = await openBrowser().get(url(issuer, {}));
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('You are signed out.');
  });
});

describe('the id_token_hint of /oidc/logout', () => {
  const url = (issuer: Issuer, query: Record<string, string>) =>
    `${issuer.url}oidc/logout?${new URLSearchParams({ post_logout_redirect_uri: registered, ...query })}`;

  it('identifies the client, also if the ID token has expired, and the state is returned', async () => {
    const clock = manualClock();
    const issuer = await start({ now: clock.now });
    const year = 365 * 24 * 3_600_000;
    clock.advance(-10 * year); // so that it has expired by the machine's clock too
    const id_token_hint = (await requestToken(issuer, passwordGrant())).body.id_token!;
    clock.advance(year);
    const response = await openBrowser().get(url(issuer, { id_token_hint, state: 's' }));
    expect(locationOf(response).href).toBe(`${registered}?state=s`);
  });

  it('is refused when another issuer or another client has the token', async () => {
    const issuer = await start();
    const { body } = await requestToken(await start(), passwordGrant());
    const mine = (await requestToken(issuer, passwordGrant())).body.id_token!;
    const ask = (query: Record<string, string>) => openBrowser().get(url(issuer, query));
    expect((await ask({ id_token_hint: body.id_token! })).status).toBe(400);
    expect((await ask({ id_token_hint: 'nonsense' })).status).toBe(400);
    expect((await ask({ id_token_hint: mine, client_id: 'todo-demo-spa' })).status).toBe(400);
    expect((await ask({ id_token_hint: mine, client_id: confidential.clientId })).status).toBe(302);
  });
});
