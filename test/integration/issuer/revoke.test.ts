import { describe, expect, it } from 'vitest';
import type { Issuer } from '../../../infra/local/issuer/issuer.ts';
import { codeGrant, confidential, freshCode, passwordGrant, requestToken, start } from './support.ts';

const scope = 'openid offline_access';

/** A refresh token of the single-page client. */
async function refreshTokenOf(issuer: Issuer): Promise<string> {
  const code = await freshCode(issuer, { scope });
  return (await requestToken(issuer, codeGrant(code))).body.refresh_token!;
}

const refresh = (issuer: Issuer, refresh_token: string) =>
  requestToken(issuer, { grant_type: 'refresh_token', client_id: 'todo-demo-spa', refresh_token });

async function revoke(issuer: Issuer, parameters: Record<string, string>) {
  const response = await fetch(`${issuer.url}oauth/revoke`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(parameters),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? '' : JSON.parse(text) };
}

describe('/oauth/revoke', () => {
  it('revokes a refresh token', async () => {
    const issuer = await start();
    const token = await refreshTokenOf(issuer);
    expect(await revoke(issuer, { client_id: 'todo-demo-spa', token })).toEqual({ status: 200, body: '' });
    expect(await refresh(issuer, token)).toMatchObject({ status: 403, body: { error: 'invalid_grant' } });
  });

  it('revokes the token that came from the given one by rotation', async () => {
    const issuer = await start();
    const token = await refreshTokenOf(issuer);
    const next = (await refresh(issuer, token)).body.refresh_token!;
    await revoke(issuer, { client_id: 'todo-demo-spa', token });
    expect((await refresh(issuer, next)).status).toBe(403);
  });

  it('keeps the tokens of another sign-in', async () => {
    const issuer = await start();
    const other = await refreshTokenOf(issuer);
    await revoke(issuer, { client_id: 'todo-demo-spa', token: await refreshTokenOf(issuer) });
    expect((await refresh(issuer, other)).status).toBe(200);
  });

  it('takes a form too', async () => {
    const issuer = await start();
    const token = await refreshTokenOf(issuer);
    const body = new URLSearchParams({ client_id: 'todo-demo-spa', token, token_type_hint: 'refresh_token' });
    expect((await fetch(`${issuer.url}oauth/revoke`, { method: 'POST', body })).status).toBe(200);
    expect((await refresh(issuer, token)).status).toBe(403);
  });

  it('responds with 200 to an unknown token and to an access token, and changes nothing', async () => {
    const issuer = await start();
    const client_id = 'todo-demo-spa';
    const code = await freshCode(issuer, { scope });
    const { access_token, refresh_token } = (await requestToken(issuer, codeGrant(code))).body;
    expect((await revoke(issuer, { client_id, token: 'made-up' })).status).toBe(200);
    expect((await revoke(issuer, { client_id, token: access_token! })).status).toBe(200);
    expect((await refresh(issuer, refresh_token!)).status).toBe(200);
  });

  it('does not revoke the token of another client', async () => {
    const issuer = await start();
    const token = await refreshTokenOf(issuer);
    const { clientId: client_id, clientSecret: client_secret } = confidential;
    expect((await revoke(issuer, { client_id, client_secret, token })).status).toBe(200);
    expect((await refresh(issuer, token)).status).toBe(200);
  });

  it('needs the secret of a confidential client', async () => {
    const issuer = await start();
    const { body } = await requestToken(issuer, passwordGrant({ scope }));
    const { clientId: client_id, clientSecret: client_secret } = confidential;
    const token = body.refresh_token!;
    expect(await revoke(issuer, { client_id, token })).toEqual({
      status: 401,
      body: { error: 'invalid_client', error_description: 'Unauthorized' },
    });
    expect((await revoke(issuer, { client_id, client_secret, token })).status).toBe(200);
    const form = { grant_type: 'refresh_token', client_id, client_secret, refresh_token: token };
    expect((await requestToken(issuer, form)).status).toBe(403);
  });

  it.each([
    ['token', { client_id: 'todo-demo-spa' }],
    ['client_id', { token: 'made-up' }],
  ])('refuses a request without %s', async (name, parameters) => {
    expect(await revoke(await start(), parameters as Record<string, string>)).toEqual({
      status: 400,
      body: { error: 'invalid_request', error_description: `Missing required parameter: ${name}` },
    });
  });
});
