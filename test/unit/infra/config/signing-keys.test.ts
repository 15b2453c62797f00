import { describe, expect, it } from 'vitest';
import { fetchSigningKeys, type KeyFetcher } from '../../../../infra/config/signing-keys.ts';

const key = (kid: string) => ({ kid, kty: 'RSA', use: 'sig', alg: 'RS256', n: 'AQAB', e: 'AQAB' });

async function fetchFrom(fetch: KeyFetcher['fetch']) {
  const sentences: string[] = [];
  const print = (sentence: string) => sentences.push(sentence);
  return { keys: await fetchSigningKeys('tenant.eu.auth0.com', { fetch, print }), sentences };
}

describe('the signing keys of the tenant', () => {
  it('are fetched, sorted by key id, and reduced to the members that a verifier needs', async () => {
    const urls: string[] = [];
    const { keys, sentences } = await fetchFrom(async (url) => {
      urls.push(url);
      return Response.json({ keys: [{ ...key('b'), x5c: ['certificate'] }, key('a')] });
    });
    expect(urls).toEqual(['https://tenant.eu.auth0.com/.well-known/jwks.json']);
    expect(JSON.parse(keys ?? '')).toEqual({ keys: [key('a'), key('b')] });
    expect(sentences).toEqual([]);
  });

  it.each<[string, KeyFetcher['fetch'], string]>([
    ['the tenant is not reachable', () => Promise.reject(new TypeError('fetch failed')), 'fetch failed'],
    ['the response is a 403', async () => new Response('', { status: 403 }), 'status 403'],
    ['the response is not a JWK Set', async () => new Response('<html>'), "Unexpected token '<'"],
  ])('are left to the authorizer when %s, with a message that says so', async (_case, fetch, reason) => {
    const { keys, sentences } = await fetchFrom(fetch);
    expect(keys).toBeUndefined();
    expect(sentences).toEqual([
      expect.stringMatching(
        /^The signing keys could not be fetched from https:\/\/tenant\.eu\.auth0\.com\/\.well-known\/jwks\.json \(.*\)\. The authorizer will fetch them at its first use\.$/,
      ),
    ]);
    expect(sentences[0]).toContain(reason);
  });
});
