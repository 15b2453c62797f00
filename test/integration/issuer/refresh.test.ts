import { decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import type { Issuer } from '../../../infra/local/issuer/issuer.ts';
import {
  alice,
  claims,
  codeGrant,
  confidential,
  freshCode,
  passwordGrant,
  requestToken,
  start,
} from './support.ts';

const scope = 'openid offline_access read:todos';

async function firstRefreshToken(issuer: Issuer): Promise<string> {
  const { body } = await requestToken(issuer, passwordGrant({ scope }));
  return body.refresh_token!;
}

const refreshing = (refresh_token: string, changes: Record<string, string> = {}) => ({
  grant_type: 'refresh_token',
  refresh_token,
  client_id: confidential.clientId,
  client_secret: confidential.clientSecret,
  ...changes,
});

const refusal = { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' };

describe('the refresh_token grant', () => {
  it('gives new tokens for the same user and scopes', async () => {
    const issuer = await start();
    const { status, body } = await requestToken(issuer, refreshing(await firstRefreshToken(issuer)));
    expect(status).toBe(200);
    expect(body.scope).toBe(scope);
    expect(body.id_token).toBeDefined();
    expect(claims(body.access_token).sub).toBe(alice.subject);
  });

  it('keeps the audience of the sign-in', async () => {
    const issuer = await start();
    const form = passwordGrant({ audience: undefined, scope: 'openid offline_access read:todos' });
    const first = (await requestToken(issuer, form)).body.refresh_token!;
    const { body } = await requestToken(issuer, refreshing(first));
    expect(body.scope).toBe('openid offline_access');
    expect(decodeProtectedHeader(body.access_token!).alg).toBe('dir');
  });

  it('rotates the refresh token', async () => {
    const issuer = await start();
    const first = await firstRefreshToken(issuer);
    const second = (await requestToken(issuer, refreshing(first))).body.refresh_token!;
    expect(second).not.toBe(first);
    expect((await requestToken(issuer, refreshing(second))).status).toBe(200);
  });

  it('refuses a used token, and then its whole family', async () => {
    const issuer = await start();
    const first = await firstRefreshToken(issuer);
    const second = (await requestToken(issuer, refreshing(first))).body.refresh_token!;
    expect(await requestToken(issuer, refreshing(first))).toMatchObject({ status: 403, body: refusal });
    expect(await requestToken(issuer, refreshing(second))).toMatchObject({ status: 403, body: refusal });
  });

  it('refuses an unknown token, and a token of another client', async () => {
    const issuer = await start();
    const mine = await firstRefreshToken(issuer);
    const code = await freshCode(issuer, { scope });
    const theirs = (await requestToken(issuer, codeGrant(code))).body.refresh_token!;
    expect(await requestToken(issuer, refreshing('made-up'))).toMatchObject({ status: 403, body: refusal });
    expect(await requestToken(issuer, refreshing(theirs))).toMatchObject({ status: 403, body: refusal });
    expect((await requestToken(issuer, refreshing(mine))).status).toBe(200);
  });

  it('narrows the access token to fewer scopes, and refuses more', async () => {
    const issuer = await start();
    const narrowed = await requestToken(
      issuer,
      refreshing(await firstRefreshToken(issuer), { scope: 'read:todos' }),
    );
    expect(narrowed.body.scope).toBe('read:todos');
    const again = await requestToken(issuer, refreshing(narrowed.body.refresh_token!));
    expect(again.body.scope).toBe(scope);
    const more = await requestToken(issuer, refreshing(again.body.refresh_token!, { scope: 'write:todos' }));
    expect(more).toMatchObject({ status: 403, body: { error: 'invalid_scope' } });
  });

  it('removes a permission that the user has lost', async () => {
    const issuer = await start();
    const token = await firstRefreshToken(issuer);
    issuer.updateUser(alice.subject, { permissions: [] });
    const { body } = await requestToken(issuer, refreshing(token));
    expect(body.scope).toBe('openid offline_access');
    expect(claims(body.access_token).permissions).toEqual([]);
  });

  it('gives no refresh token to a client without the grant type', async () => {
    const client = { ...confidential, grantTypes: ['password'] };
    const { body } = await requestToken(await start({ clients: [client] }), passwordGrant({ scope }));
    expect(body.refresh_token).toBeUndefined();
    expect(body.scope).toBe('openid read:todos');
  });
});
