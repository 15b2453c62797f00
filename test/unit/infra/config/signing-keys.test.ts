import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../../infra/config/config.ts';
import { type KeyFetcher, withSigningKeys } from '../../../../infra/config/signing-keys.ts';

const settings: Readonly<Record<string, string>> = {
  AUTH0_DOMAIN: 'tenant.eu.auth0.com',
  AUTH0_API_AUDIENCE: 'https://todo.example.com',
};
const config = readConfig((name) => settings[name]);
const key = (kid: string) => ({ kid, kty: 'RSA', use: 'sig', alg: 'RS256', n: 'AQAB', e: 'AQAB' });

async function keysFrom(fetch: KeyFetcher['fetch'], deployedKeys?: string) {
  const said: string[] = [];
  const print = (sentence: string) => said.push(sentence);
  const result = await withSigningKeys({ ...config, deployedKeys }, { fetch, print });
  return { keys: result.deployedKeys, said };
}

describe('the signing keys of the tenant', () => {
  it('are fetched when the stack is synthesized, and kept in a fixed order without certificates', async () => {
    const asked: string[] = [];
    const { keys, said } = await keysFrom(async (url) => {
      asked.push(url);
      return Response.json({ keys: [{ ...key('b'), x5c: ['certificate'] }, key('a')] });
    });
    expect(asked).toEqual(['https://tenant.eu.auth0.com/.well-known/jwks.json']);
    expect(JSON.parse(keys ?? '')).toEqual({ keys: [key('a'), key('b')] });
    expect(said).toEqual([]);
  });

  it('are not asked for when a file gave them', async () => {
    const never = () => Promise.reject(new Error('asked'));
    expect(await keysFrom(never, '{"keys":[]}')).toEqual({ keys: '{"keys":[]}', said: [] });
  });

  it.each<[string, KeyFetcher['fetch']]>([
    ['out of reach', () => Promise.reject(new TypeError('fetch failed'))],
    ['refused', async () => new Response('', { status: 403 })],
    ['no JWK Set', async () => new Response('<html>')],
  ])('that are %s are left to the authorizer, in a sentence', async (_name, fetch) => {
    const { keys, said } = await keysFrom(fetch);
    expect(keys).toBeUndefined();
    expect(said).toEqual([
      expect.stringMatching(/^The signing keys at https:\/\/tenant\.eu\.auth0\.com.*first use\.$/),
    ]);
  });
});
