import { generateKeyPairSync } from 'node:crypto';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../../../infra/config/config.ts';
import { type KeyLoader, loadSigningKeys } from '../../../../infra/config/signing-keys.ts';
import { temporaryFolder } from '../../../support/cloud-assembly.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const { n, e } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
const key = (kid: string) => ({ kid, kty: 'RSA', n, e });
/** As Auth0 publishes a key: with its certificate, which is large. */
const published = (kid: string) => ({
  ...key(kid),
  use: 'sig',
  alg: 'RS256',
  x5t: kid,
  x5c: ['certificate'],
});

async function load(settings: Readonly<Record<string, string>>, fetch: KeyLoader['fetch']) {
  const values: Readonly<Record<string, string>> = {
    AUTH0_DOMAIN: 'tenant.eu.auth0.com',
    AUTH0_API_AUDIENCE: 'https://todo.example.com',
    ...settings,
  };
  const sentences: string[] = [];
  const print = (sentence: string) => sentences.push(sentence);
  const now = () => Date.parse('2026-11-24T12:00:00Z');
  const text = await loadSigningKeys(
    readConfig((name) => values[name]),
    { fetch, now, print },
  );
  return { keys: text && JSON.parse(text), sentences };
}
const never: KeyLoader['fetch'] = () => Promise.reject(new Error('no request is needed'));
const respond = (body: unknown) => async () => Response.json(body);
const URL = 'https://tenant.eu.auth0.com/.well-known/jwks.json';

describe('the signing keys of the tenant', () => {
  it('are fetched, reduced to what a verifier needs, and dated', async () => {
    const urls: string[] = [];
    const { keys, sentences } = await load({ AUTH0_CUSTOM_DOMAINS: 'login.example.com' }, async (url) => {
      urls.push(url);
      return Response.json({ keys: [published('b'), published('a'), { kid: 'ec', kty: 'EC' }] });
    });
    expect(urls).toEqual(['https://tenant.eu.auth0.com/.well-known/jwks.json']);
    expect(keys).toEqual({ fetched_at: 1_795_521_600, keys: [key('a'), key('b')] });
    expect(sentences).toEqual([]);
  });

  it.each<[string, KeyLoader['fetch'], string]>([
    ['the tenant is not reachable', () => Promise.reject(new TypeError('fetch failed')), 'fetch failed'],
    ['the response is a 403', async () => new Response('', { status: 403 }), 'status 403'],
    ['the response is no JSON', async () => new Response('<html>'), "Unexpected token '<'"],
    ['the response is no JWK Set', respond({ error: 'x' }), 'it is not a JWK Set'],
  ])('are left to the authorizer when %s, with a message that says so', async (_case, fetch, reason) => {
    const { keys, sentences } = await load({}, fetch);
    expect(keys).toBeUndefined();
    expect(sentences).toEqual([
      expect.stringMatching(
        /^The signing keys could not be fetched from https:\/\/tenant\.eu\.auth0\.com\/\.well-known\/jwks\.json \(.*\)\. The authorizer will fetch them at its first use\.$/,
      ),
    ]);
    expect(sentences[0]).toContain(reason);
  });

  it.each([[[]], [[{ kid: 'ec', kty: 'EC' }, null]]])(
    'are left to the authorizer when none is usable: %j',
    async (members) => {
      expect(await load({}, respond({ keys: members }))).toEqual({
        keys: undefined,
        sentences: [
          `No signing keys are deployed, because ${URL} has no RSA key for RS256. The authorizer will fetch them at its first use.`,
        ],
      });
    },
  );

  it('are left to the authorizer when its environment would pass 4,096 bytes', async () => {
    const many = (count: number) =>
      respond({ keys: Array.from({ length: count }, (_, i) => published(`key-${i}`)) });
    expect((await load({}, many(8))).keys.keys).toHaveLength(8);
    expect(await load({}, many(9))).toEqual({
      keys: undefined,
      sentences: [
        `The signing keys of ${URL} are not deployed, because the environment of a function has at most 4,096 bytes. The authorizer will fetch them at its first use.`,
      ],
    });
    const AUTH0_CUSTOM_DOMAINS = Array.from({ length: 20 }, (_, i) => `login-${i}.example.com`).join();
    expect((await load({ AUTH0_CUSTOM_DOMAINS }, many(8))).keys).toBeUndefined();
  });
});

describe('a file with the signing keys', () => {
  const AUTH0_JWKS_FILE = join(folder.path, 'jwks.json');
  const write = (text: string) => {
    writeFileSync(AUTH0_JWKS_FILE, text);
    const modified = new Date('2026-11-01T00:00:00Z');
    utimesSync(AUTH0_JWKS_FILE, modified, modified);
  };

  it('needs no request, and the keys are as old as the file', async () => {
    write(JSON.stringify({ keys: [{ ...published('k'), d: 'secret' }] }));
    expect(await load({ AUTH0_JWKS_FILE }, never)).toEqual({
      keys: { fetched_at: 1_793_491_200, keys: [key('k')] },
      sentences: [],
    });
  });

  it('without a usable key is left out, with a message that says so', async () => {
    write('{"keys":[]}');
    expect(await load({ AUTH0_JWKS_FILE }, never)).toEqual({
      keys: undefined,
      sentences: [
        `No signing keys are deployed, because ${AUTH0_JWKS_FILE} has no RSA key for RS256. The authorizer will fetch them at its first use.`,
      ],
    });
  });

  it.each(['', '<html>', 'null', '{}', '{"keys":{}}'])('must hold a JWK Set, not %j', async (text) => {
    write(text);
    await expect(load({ AUTH0_JWKS_FILE }, never)).rejects.toThrow(
      `AUTH0_JWKS_FILE must name a file with a JWK Set. ${AUTH0_JWKS_FILE} is not one.`,
    );
  });

  it('must exist', async () => {
    await expect(load({ AUTH0_JWKS_FILE: `${AUTH0_JWKS_FILE}.missing` }, never)).rejects.toThrow(
      /^AUTH0_JWKS_FILE must name a file/,
    );
  });
});
