import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeProtectedHeader,
  type JSONWebKeySet,
  jwtVerify,
} from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Issuer, KeyFileError } from '../../../infra/local/issuer/issuer.ts';
import { alice, audience, claims, manualClock, start } from './support.ts';

async function servedKeys(issuer: Issuer): Promise<JSONWebKeySet> {
  return (await (await fetch(`${issuer.url}.well-known/jwks.json`)).json()) as JSONWebKeySet;
}

async function verifies(issuer: Issuer, token: string): Promise<boolean> {
  return jwtVerify(token, createLocalJWKSet(await servedKeys(issuer))).then(
    () => true,
    () => false,
  );
}

describe('/.well-known/jwks.json', () => {
  it('serves the public part of a 2048-bit RSA key, and no private parameter', async () => {
    const issuer = await start();
    const response = await fetch(`${issuer.url}.well-known/jwks.json`);
    const { keys } = (await response.json()) as JSONWebKeySet;
    expect(response.headers.get('cache-control')).toBe(
      'public, max-age=15, stale-while-revalidate=15, stale-if-error=86400',
    );
    expect(keys).toEqual(issuer.publicJwks().keys);
    expect(Object.keys(keys[0]!).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    expect(keys[0]).toMatchObject({ kty: 'RSA', use: 'sig', alg: 'RS256' });
    expect(Buffer.from(keys[0]!.n!, 'base64url')).toHaveLength(256);
  });
});

describe('a key rotation', () => {
  it('signs with a new key and keeps the old one published', async () => {
    const issuer = await start();
    const before = await issuer.mintToken();
    const kid = await issuer.rotateKeys();
    const after = await issuer.mintToken();
    expect(decodeProtectedHeader(after).kid).toBe(kid);
    expect(await verifies(issuer, before)).toBe(true);
    expect(await verifies(issuer, after)).toBe(true);
    expect((await servedKeys(issuer)).keys).toHaveLength(2);
  });

  it('can sign before the key is published', async () => {
    const issuer = await start();
    await issuer.rotateKeys({ publish: false });
    const token = await issuer.mintToken();
    expect(await verifies(issuer, token)).toBe(false);
    await issuer.publishKeys();
    expect(await verifies(issuer, token)).toBe(true);
  });

  it('can revoke the old keys', async () => {
    const issuer = await start();
    const before = await issuer.mintToken();
    const kid = await issuer.rotateKeys({ keepOld: false });
    expect(await verifies(issuer, before)).toBe(false);
    expect((await servedKeys(issuer)).keys.map((key) => key.kid)).toEqual([kid]);
  });

  it('reaches a client that fetches keys', async () => {
    const issuer = await start();
    const url = new URL('.well-known/jwks.json', issuer.url);
    const remote = createRemoteJWKSet(url, { cooldownDuration: 0 });
    await jwtVerify(await issuer.mintToken(), remote, { issuer: issuer.url, audience });
    await issuer.rotateKeys();
    await jwtVerify(await issuer.mintToken(), remote, { issuer: issuer.url, audience });
    expect(issuer.requestCount('jwks')).toBe(2);
  });
});

describe('a minted token', () => {
  it('is by default a valid token of the first user', async () => {
    const clock = manualClock();
    const issuer = await start({ now: clock.now });
    expect(claims(await issuer.mintToken())).toMatchObject({
      iss: issuer.url,
      sub: alice.subject,
      aud: [audience, `${issuer.url}userinfo`],
      exp: clock.now() / 1000 + 86_400,
      permissions: alice.permissions,
    });
  });

  it('can have any claim, header, expiry and key', async () => {
    const clock = manualClock();
    const issuer = await start({ now: clock.now });
    const [old] = issuer.publicJwks().keys;
    await issuer.rotateKeys();
    const token = await issuer.mintToken({
      subject: 'google-oauth2|1',
      scope: 'read:todos',
      claims: { aud: 'other', nbf: 5, azp: undefined, iat: undefined },
      header: { typ: 'at+jwt' },
      expiresInSeconds: -60,
      kid: old!.kid!,
    });
    expect(claims(token)).toEqual({
      iss: issuer.url,
      sub: 'google-oauth2|1',
      aud: 'other',
      nbf: 5,
      exp: clock.now() / 1000 - 60,
      scope: 'read:todos',
      permissions: [],
    });
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: old!.kid });
  });

  it('can name a key that does not exist', async () => {
    const issuer = await start();
    const token = await issuer.mintToken({ header: { kid: 'made-up' } });
    expect(decodeProtectedHeader(token).kid).toBe('made-up');
    await expect(issuer.mintToken({ kid: 'made-up' })).rejects.toThrow();
  });
});

describe('the key file', () => {
  let folder: string;
  let keyFile: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'issuer-'));
    keyFile = join(folder, 'data', 'issuer-keys.json');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('keeps tokens valid after a restart', async () => {
    const first = await start({ keyFile });
    const token = await first.mintToken();
    await first.stop();
    const second = await start({ keyFile });
    expect(await verifies(second, token)).toBe(true);
    expect(second.publicJwks()).toEqual(first.publicJwks());
  });

  it('keeps which keys are published and which one signs', async () => {
    const first = await start({ keyFile });
    await first.rotateKeys();
    const signing = await first.rotateKeys({ publish: false });
    const second = await start({ keyFile });
    expect(new Set(second.publicJwks().keys)).toEqual(new Set(first.publicJwks().keys));
    expect(decodeProtectedHeader(await second.mintToken()).kid).toBe(signing);
  });

  it('is readable for its owner only, and written in one step', async () => {
    await start({ keyFile });
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, 'data'))).toEqual(['issuer-keys.json']);
  });

  it('is refused and not changed when its content is not that of a key file', async () => {
    await (await start({ keyFile })).stop();
    const good = JSON.parse(await readFile(keyFile, 'utf8'));
    const publicOnly = good.keys.map(({ d: _, ...key }: { d: string }) => key);
    const contents = [
      'nonsense',
      '{}',
      JSON.stringify({ ...good, keys: [] }),
      JSON.stringify({ ...good, keys: publicOnly }),
    ];
    for (const content of contents) {
      await writeFile(keyFile, content);
      const failure = await start({ keyFile }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(KeyFileError);
      expect(String(failure)).toContain(keyFile);
      expect(await readFile(keyFile, 'utf8')).toBe(content);
    }
  });

  it('is not replaced when it cannot be read for another reason', async () => {
    await expect(start({ keyFile: folder })).rejects.toMatchObject({ code: 'EISDIR' });
  });
});
