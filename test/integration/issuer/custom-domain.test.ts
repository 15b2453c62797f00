import { decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import type { Issuer } from '../../../infra/local/issuer/issuer.ts';
import {
  alice,
  audience,
  authorizeUrl,
  claims,
  codeGrant,
  confidential,
  locationOf,
  openBrowser,
  passwordGrant,
  requestToken,
  signIn,
  start,
  transactionOf,
} from './support.ts';

const startBoth = () => start({ customDomains: ['localhost'] });

/** The issuer as a client sees it that uses the custom domain. */
function atCustomDomain(issuer: Issuer): Issuer {
  const domain = issuer.customDomains[0]!;
  return { ...issuer, domain, url: `http://${domain}/` };
}

const userinfo = (issuer: Issuer, token: string | undefined) =>
  fetch(`${issuer.url}userinfo`, { headers: { authorization: `Bearer ${token}` } });

describe('a custom domain', () => {
  it('has the port of the issuer', async () => {
    const issuer = await startBoth();
    expect(issuer.customDomains).toEqual([`localhost:${new URL(issuer.url).port}`]);
  });

  it('is the issuer of its tokens, but not their audience at /userinfo', async () => {
    const issuer = await startBoth();
    const custom = atCustomDomain(issuer);
    const { body } = await requestToken(custom, passwordGrant());
    expect(custom.url).toMatch(/^http:\/\/localhost:\d+\/$/);
    expect(claims(body.access_token)).toMatchObject({
      iss: custom.url,
      sub: alice.subject,
      aud: [audience, `${issuer.url}userinfo`],
    });
    expect(claims(body.id_token).iss).toBe(custom.url);
    const own = await requestToken(issuer, passwordGrant());
    expect(claims(own.body.access_token).iss).toBe(issuer.url);
  });

  it('is the issuer of codes, refreshed, machine and opaque tokens too', async () => {
    const issuer = await startBoth();
    const custom = atCustomDomain(issuer);
    const request = { scope: 'openid offline_access' };
    const code = locationOf(await signIn(custom, openBrowser(), { request })).searchParams.get('code')!;
    const first = (await requestToken(custom, codeGrant(code))).body;
    const { clientId: client_id, clientSecret: client_secret } = confidential;
    const refresh = { grant_type: 'refresh_token', client_id: 'todo-demo-spa' };
    const machine = { grant_type: 'client_credentials', client_id, client_secret, audience };
    const refreshed = await requestToken(custom, { ...refresh, refresh_token: first.refresh_token! });
    const ofMachine = await requestToken(custom, machine);
    for (const { access_token } of [first, refreshed.body, ofMachine.body]) {
      expect(claims(access_token).iss).toBe(custom.url);
    }
    const opaque = await requestToken(custom, passwordGrant({ audience: undefined }));
    expect(decodeProtectedHeader(opaque.body.access_token!).iss).toBe(custom.url);
    expect((await userinfo(issuer, opaque.body.access_token)).status).toBe(200);
  });

  it('serves the profile of a token of either name', async () => {
    const issuer = await startBoth();
    const custom = atCustomDomain(issuer);
    const { body } = await requestToken(custom, passwordGrant());
    expect((await userinfo(custom, body.access_token)).status).toBe(200);
    expect((await userinfo(issuer, body.access_token)).status).toBe(200);
    expect((await userinfo(custom, await issuer.mintToken())).status).toBe(200);
  });

  it('has a discovery document of its own, and the keys of the tenant', async () => {
    const issuer = await startBoth();
    const custom = atCustomDomain(issuer);
    const response = await fetch(`${custom.url}.well-known/openid-configuration`);
    const document = (await response.json()) as Record<string, string>;
    expect(document.issuer).toBe(custom.url);
    expect(document.token_endpoint).toBe(`${custom.url}oauth/token`);
    expect(await (await fetch(document.jwks_uri!)).json()).toEqual(issuer.publicJwks());
  });

  it('accepts its ID token at a logout', async () => {
    const custom = atCustomDomain(await startBoth());
    const id_token_hint = (await requestToken(custom, passwordGrant())).body.id_token!;
    const query = { id_token_hint, post_logout_redirect_uri: 'http://127.0.0.1:3000/docs' };
    const response = await openBrowser().get(`${custom.url}oidc/logout?${new URLSearchParams(query)}`);
    expect(response.status).toBe(302);
  });

  it('takes the form of its own login page', async () => {
    const custom = atCustomDomain(await startBoth());
    const browser = openBrowser();
    const page = await (await browser.get(authorizeUrl(custom))).text();
    const form = { state: transactionOf(page), username: alice.email, password: alice.password };
    const origin = `http://${custom.domain}`;
    expect((await browser.post(`${custom.url}u/login`, form, { origin })).status).toBe(302);
  });
});
