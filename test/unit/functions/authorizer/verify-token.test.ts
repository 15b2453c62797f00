import { generateKeyPairSync, type KeyObject, sign as signBytes } from 'node:crypto';
import fc from 'fast-check';
import { SignJWT } from 'jose';
import { describe, expect, it, vi } from 'vitest';
import { NotYetAcceptableError } from '../../../../functions/authorizer/errors.ts';
import { createTokenVerifier } from '../../../../functions/authorizer/verify-token.ts';

const issuer = 'https://tenant.eu.auth0.com/';
const audience = 'https://todo.example.com';
const now = Date.parse('2026-11-24T12:00:00Z');
const seconds = now / 1_000;
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

const findKey = vi.fn(async () => publicKey);
const verify = createTokenVerifier({ keySources: new Map([[issuer, findKey]]), audience, now: () => now });

const goodClaims = { iss: issuer, aud: audience, sub: 'auth0|1', exp: seconds + 60 };
const sign = (
  claims: Record<string, unknown> = {},
  { header = {}, key = privateKey }: { header?: Record<string, unknown>; key?: KeyObject | Uint8Array } = {},
) =>
  new SignJWT({ ...goodClaims, ...claims })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'k', ...header })
    .sign(key);
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsigned = (header: unknown, claims: unknown = goodClaims) =>
  `${encode(header)}.${encode(claims)}.c2ln`;

describe('a good token', () => {
  it('gives the issuer, the subject, the expiry, and the scopes from scope and permissions', async () => {
    const aud = [audience, `${issuer}userinfo`];
    const token = await sign({ aud, scope: 'openid read:todos', permissions: ['read:todos', 'write:todos'] });
    expect(await verify(token)).toMatchObject({
      issuer: 'https://tenant.eu.auth0.com/',
      subject: 'auth0|1',
      expiresAt: seconds + 60,
      scopes: ['openid', 'read:todos', 'write:todos'],
      isMachine: false,
    });
  });

  it.each([['JWT'], ['jwt'], ['at+jwt'], ['AT+JWT'], ['application/at+jwt'], [undefined]])(
    'may have the type %s',
    async (typ) => {
      await expect(verify(await sign({}, { header: { typ } }))).resolves.toBeDefined();
    },
  );

  it('may become valid in five seconds, because clocks differ', async () => {
    await expect(verify(await sign({ nbf: seconds + 5 }))).resolves.toBeDefined();
  });

  it('has expired in the second of its expiry, as for the routes', async () => {
    await expect(verify(await sign({ exp: seconds + 1 }))).resolves.toBeDefined();
    for (const exp of [seconds, seconds - 4, seconds - 5])
      await expect(verify(await sign({ exp }))).rejects.toMatchObject({ code: 'expired' });
  });

  it('may have a subject and a key id of the maximum length', async () => {
    const token = await sign({ sub: 'x'.repeat(255) }, { header: { kid: 'k'.repeat(256) } });
    await expect(verify(token)).resolves.toMatchObject({ subject: 'x'.repeat(255) });
    expect(findKey).toHaveBeenLastCalledWith('k'.repeat(256));
  });

  it('gets no scopes from claims of another type', async () => {
    const token = await sign({ scope: ['a'], permissions: ['b', 7, null] });
    expect(await verify(token)).toMatchObject({ scopes: ['a', 'b'] });
    expect(await verify(await sign({ scope: 7, permissions: { a: 'b' } }))).toMatchObject({ scopes: [] });
    expect(await verify(await sign({ scope: ' a  b ' }))).toMatchObject({ scopes: ['a', 'b'] });
  });

  it('has permissions as whole strings', async () => {
    const permissions = ['a write:todos', 'read:todos'];
    expect(await verify(await sign({ permissions }))).toMatchObject({
      scopes: ['a write:todos', 'read:todos'],
    });
    expect(await verify(await sign({ permissions: 'write:todos' }))).toMatchObject({ scopes: [] });
  });

  it('gives all claims', async () => {
    const { claims } = await verify(await sign({ 'https://example.com/email': 'a@example.com' }));
    expect(claims).toMatchObject({ ...goodClaims, 'https://example.com/email': 'a@example.com' });
  });

  it.each([
    { sub: 'client@clients' },
    { gty: 'client-credentials' },
    { sub: 'awZfdIir8YFdGZWkvCejDoUb7SjTDicx', client_id: 'awZfdIir8YFdGZWkvCejDoUb7SjTDicx' },
  ])('belongs to a machine with %j', async (claims) => {
    expect(await verify(await sign(claims))).toMatchObject({ isMachine: true });
  });
});

describe('a token of a user', () => {
  it('may have a client id, which is another text than its subject', async () => {
    expect(await verify(await sign({ client_id: 'awZfdIir8YFdGZWkvCejDoUb7SjTDicx' }))).toMatchObject({
      isMachine: false,
    });
  });
});

describe('a good token opens the profile', () => {
  it.each([
    ['openid email', 'https://todo.example.com'],
    [undefined, ['https://todo.example.com', 'https://tenant.eu.auth0.com/userinfo']],
    [undefined, ['https://other-name.eu.auth0.com/userinfo', 'https://todo.example.com']],
  ])('with the scope %j and the audience %j', async (scope, aud) => {
    expect(await verify(await sign({ scope, aud }))).toMatchObject({ opensProfile: true });
  });

  it.each([
    [{ scope: 'email' }],
    [{ scope: 'openid2' }],
    [{ permissions: ['openid'] }],
    [{ aud: ['https://todo.example.com', 7, null] }],
    [{ aud: ['https://todo.example.com', 'https://tenant.eu.auth0.com/userinfo/x'] }],
  ])('but not with %j', async (claims) => {
    expect(await verify(await sign(claims))).toMatchObject({ opensProfile: false });
  });
});

describe('a tenant with a custom domain', () => {
  const customKey = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keySources = new Map([
    ['https://tenant.eu.auth0.com/', async () => publicKey],
    ['https://auth0.example.com/', async () => customKey.publicKey],
  ]);
  const verifyBoth = createTokenVerifier({ keySources, audience, now: () => now });

  it('accepts a real token of the custom domain, whose audience has the name of the tenant', async () => {
    const token = await sign(
      {
        iss: 'https://auth0.example.com/',
        aud: ['https://todo.example.com', 'https://tenant.eu.auth0.com/userinfo'],
        scope: 'openid profile email',
      },
      { key: customKey.privateKey },
    );
    expect(await verifyBoth(token)).toMatchObject({
      issuer: 'https://auth0.example.com/',
      opensProfile: true,
    });
  });

  it('never uses a key of one name for a token of the other', async () => {
    const ofTenant = await sign({}, { key: customKey.privateKey });
    const ofCustomDomain = await sign({ iss: 'https://auth0.example.com/' });
    await expect(verifyBoth(ofTenant)).rejects.toMatchObject({ code: 'bad_signature' });
    await expect(verifyBoth(ofCustomDomain)).rejects.toMatchObject({ code: 'bad_signature' });
  });

  it.each([
    'https://auth0.example.com',
    'http://auth0.example.com/',
    'https://AUTH0.example.com/',
    'https://auth0.example.com/x',
    'https://evil.auth0.example.com/',
    'https://auth0.example.com@evil.example/',
    'https://auth0.example.com/,https://tenant.eu.auth0.com/',
    '__proto__',
  ])('refuses a token of any other issuer: %s', async (iss) => {
    await expect(verifyBoth(await sign({ iss }))).rejects.toMatchObject({ code: 'wrong_issuer' });
  });

  it('refuses a list of issuers', async () => {
    const iss = ['https://tenant.eu.auth0.com/'];
    await expect(
      verifyBoth(unsigned({ alg: 'RS256', kid: 'k' }, { ...goodClaims, iss })),
    ).rejects.toMatchObject({
      code: 'wrong_issuer',
    });
  });
});

describe('a token is refused', () => {
  it.each([
    ['expired', { exp: seconds - 6 }],
    ['missing_claim', { exp: undefined }],
    ['missing_claim', { sub: undefined }],
    ['missing_claim', { sub: 7 }],
    ['missing_claim', { aud: undefined }],
    ['wrong_audience', { aud: 'https://other.example.com' }],
    ['wrong_audience', { aud: ['https://todo.example.co', 'https://todo.example.com/'] }],
    ['wrong_issuer', { iss: 'https://tenant.eu.auth0.com' }],
    ['wrong_issuer', { iss: undefined }],
    ['malformed', { exp: 'tomorrow' }],
    ['malformed', { nbf: 'tomorrow' }],
    ['malformed', { sub: '' }],
    ['malformed', { sub: 'auth0|\ud800' }],
    ['malformed', { sub: '\udc00auth0|' }],
    ['malformed', { sub: 'x'.repeat(256) }],
    ['bound_token', { cnf: { jkt: 'thumbprint' } }],
  ])('as %s for the claims %j', async (code, claims) => {
    await expect(verify(await sign(claims))).rejects.toMatchObject({ name: 'TokenError', code });
  });

  it.each([
    ['wrong_type', { typ: 'logout+jwt' }],
    ['wrong_type', { typ: 7 }],
    ['missing_key_id', { kid: undefined }],
    ['malformed', { kid: null }],
    ['malformed', { kid: '' }],
    ['malformed', { kid: 7 }],
    ['malformed', { kid: 'x'.repeat(257) }],
    ['malformed', { crit: ['exp'], exp: 1 }],
  ])('as %s for the header %j', async (code, header) => {
    const token = unsigned({ alg: 'RS256', kid: 'k', ...header });
    await expect(verify(token)).rejects.toMatchObject({ name: 'TokenError', code });
  });

  it.each(['none', 'None', 'HS256', 'RS384', 'RS512', 'PS256', 'ES256', 'EdDSA', 'rs256', '', undefined])(
    'for the algorithm %j',
    async (alg) => {
      await expect(verify(unsigned({ alg, kid: 'k' }))).rejects.toMatchObject({
        code: 'unsupported_algorithm',
      });
    },
  );

  it('if it has an HMAC signature with the public key as the secret', async () => {
    const secret = new TextEncoder().encode(String(publicKey.export({ type: 'spki', format: 'pem' })));
    const token = await sign({}, { header: { alg: 'HS256' }, key: secret });
    await expect(verify(token)).rejects.toMatchObject({ code: 'unsupported_algorithm' });
  });

  it.each([
    ['opaque', 'KBSxkmG-OcpA6-cg'],
    ['opaque', '5f4dcc3b5aa765d61d8327deb882cf99'],
    [
      'encrypted',
      'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwiaXNzIjoiaHR0cHM6Ly90ZW5hbnQuZXUuYXV0aDAuY29tLyJ9..8eNPbSQoVv0qKBKA.gv9d1TK5iJVDKgzWDuOBTA.pBt4_0LMVg78B7a9UzdkHg',
    ],
    ['encrypted', 'a.b.c.d.e'],
    ['malformed', 'a.b'],
    ['malformed', 'a.b.c.d'],
    ['malformed', '...'],
    ['malformed', 'a.b.c.d.e.f'],
  ])('as %s: %s', async (code, token) => {
    await expect(verify(token)).rejects.toMatchObject({ name: 'TokenError', code });
  });

  it('if another key signed it', async () => {
    await expect(verify(await sign({}, { key: stranger }))).rejects.toMatchObject({ code: 'bad_signature' });
  });

  it('without a search for the key, if it is from another issuer', async () => {
    findKey.mockClear();
    await expect(verify(await sign({ iss: 'https://evil.example.com/' }))).rejects.toMatchObject({
      code: 'wrong_issuer',
    });
    expect(findKey).not.toHaveBeenCalled();
  });

  it('if the encoding of its valid signature is not canonical', async () => {
    const [header, payload, signature = ''] = (await sign()).split('.');
    // The last of the 342 characters has two bits of the signature and four unused bits.
    const respelt =
      signature.slice(0, -1) + String.fromCharCode(signature.charCodeAt(signature.length - 1) + 1);
    expect(Buffer.from(respelt, 'base64url')).toEqual(Buffer.from(signature, 'base64url'));
    await expect(verify(`${header}.${payload}.${respelt}`)).rejects.toMatchObject({ code: 'malformed' });
  });

  it('if its expiry is too large for a number', async () => {
    const input = `${encode({ alg: 'RS256', kid: 'k' })}.${Buffer.from(`${JSON.stringify(goodClaims).slice(0, -1)},"exp":1e999}`).toString('base64url')}`;
    const token = `${input}.${signBytes('RSA-SHA256', Buffer.from(input), privateKey).toString('base64url')}`;
    await expect(verify(token)).rejects.toMatchObject({ code: 'malformed' });
  });

  it('with a temporary error, if it is not valid yet', async () => {
    await expect(verify(await sign({ nbf: seconds + 6 }))).rejects.toEqual(
      new NotYetAcceptableError('not_yet_valid'),
    );
  });

  it('for any text, with one of the defined codes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.array(fc.base64String(), { minLength: 3, maxLength: 3 })),
        async (text) => {
          await expect(verify([text].flat().join('.'))).rejects.toMatchObject({ name: 'TokenError' });
        },
      ),
    );
  });

  it('with a fixed text that contains no part of the token', async () => {
    const token = await sign({ aud: 'https://secret-audience.example.com' });
    const error = await verify(token).catch((thrown) => thrown);
    expect(error.message).toBe('The access token is not meant for this API.');
  });
});

describe('an outage during the search for the key', () => {
  it('is not an error of the token', async () => {
    const outage = new Error('outage');
    const failing = createTokenVerifier({
      keySources: new Map([[issuer, () => Promise.reject(outage)]]),
      audience,
      now: () => now,
    });
    await expect(failing(await sign())).rejects.toBe(outage);
  });
});
