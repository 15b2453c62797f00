import { describe, expect, it } from 'vitest';
import { clientsWithCallbacks, demoSpaClient } from '../../../infra/start/demo.ts';
import { authorizeUrl, codeGrant, locationOf, openBrowser, requestToken, signIn, start } from './support.ts';

const startDemo = (callbacks: string[] = []) => start({ clients: clientsWithCallbacks(callbacks) });

describe("the demo's single-page client", () => {
  it.each([
    'http://localhost:5173',
    'http://localhost:3000/callback',
    'http://localhost:3000/api/auth/callback/auth0?from=home',
    'http://127.0.0.1:8080/',
    'http://127.0.0.1/callback',
    'https://oauth.pstmn.io/v1/callback',
  ])('signs in at %s', async (redirect_uri) => {
    const issuer = await startDemo();
    const response = await signIn(issuer, openBrowser(), { request: { redirect_uri } });
    const location = locationOf(response);
    expect(location.origin).toBe(new URL(redirect_uri).origin);
    const code = location.searchParams.get('code')!;
    expect((await requestToken(issuer, codeGrant(code, { redirect_uri }))).status).toBe(200);
  });

  it.each([
    'https://localhost:5173/callback',
    'http://localhost.evil.example:5173/',
    'http://evil.example:5173/',
    'http://localhost:5173@evil.example/',
    'http://evil.example@localhost:5173/',
    'http://localhost:5173/#fragment',
    'http://localhost:*',
    'https://oauth.pstmn.io/v1/callback/more',
    'https://app.example/callback',
  ])('does not sign in at %s', async (redirect_uri) => {
    const response = await openBrowser().get(authorizeUrl(await startDemo(), { redirect_uri }));
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('Callback URL mismatch.');
  });

  it('signs in, out and silently at further callbacks', async () => {
    const issuer = await startDemo(['https://app.example:8443/callback', 'com.example.app://callback']);
    const ask = (redirect_uri: string, changes = {}) =>
      openBrowser().get(authorizeUrl(issuer, { redirect_uri, ...changes }));
    expect((await ask('https://app.example:8443/callback')).status).toBe(200);
    expect((await ask('com.example.app://callback')).status).toBe(200);
    expect((await ask('https://app.example:8443/')).status).toBe(403);
    const silent = { response_mode: 'web_message', prompt: 'none' };
    expect((await ask('https://app.example:8443/callback', silent)).status).toBe(200);
    const logout = (returnTo: string) =>
      openBrowser().get(
        `${issuer.url}v2/logout?${new URLSearchParams({ client_id: 'todo-demo-spa', returnTo })}`,
      );
    expect((await logout('https://app.example:8443')).status).toBe(302);
    expect((await logout('https://app.example:8443/other')).status).toBe(400);
  });

  it('returns to the front end after a logout', async () => {
    const issuer = await startDemo();
    const logout = (returnTo: string) =>
      openBrowser().get(
        `${issuer.url}v2/logout?${new URLSearchParams({ client_id: 'todo-demo-spa', returnTo })}`,
      );
    expect(locationOf(await logout('http://localhost:5173')).href).toBe('http://localhost:5173/');
    expect((await logout('https://evil.example')).status).toBe(400);
  });

  it('has no secret, and may use only codes and refresh tokens', () => {
    expect(demoSpaClient).not.toHaveProperty('clientSecret');
    expect(demoSpaClient.grantTypes).toEqual(['authorization_code', 'refresh_token']);
  });
});
