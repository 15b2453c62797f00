import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ampleThrottle } from '../support/ample-throttle.ts';
import { algorithmAttacks } from '../support/attacks/algorithms.ts';
import type { Attack } from '../support/attacks/attack.ts';
import { claimAttacks } from '../support/attacks/claims.ts';
import { encodingAttacks } from '../support/attacks/encodings.ts';
import { headerAttacks, unparsableHeaders } from '../support/attacks/headers.ts';
import { keyAttacks } from '../support/attacks/keys.ts';
import { expectProblem } from '../support/client.ts';
import { temporaryFolder } from '../support/cloud-assembly.ts';
import { CONNECTION_RESET, getRaw } from '../support/raw-http.ts';
import { type Sink, startSink } from '../support/sink.ts';
import { AUDIENCE, type System, startSystem } from '../support/system.ts';
import { createForge, type Forge, generateOddKeys, toJwks } from '../support/token-forge.ts';

const subject = 'auth0|attacked';
const attacks: readonly [group: string, attacks: readonly Attack[]][] = [
  ['the header', headerAttacks],
  ['the algorithm', algorithmAttacks],
  ['the key', keyAttacks],
  ['the claims', claimAttacks],
  ['the encoding', encodingAttacks],
];

const folder = temporaryFolder();
let system: System;
let sink: Sink;
let forge: Forge;

beforeAll(async () => {
  sink = await startSink();
  const kid = 'issuer-key';
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const oddKeys = generateOddKeys();
  const keyFile = join(folder.path, 'issuer-keys.json');
  const key = { ...privateKey.export({ format: 'jwk' }), kid, alg: 'RS256' };
  writeFileSync(keyFile, JSON.stringify({ signing: kid, published: [kid], keys: [key] }));
  const jwksFile = join(folder.path, 'jwks.json');
  const { kty, n, e } = key;
  const jwks = JSON.stringify({ keys: [{ kid, kty, n, e, use: 'sig' }, ...toJwks(oddKeys)] });
  writeFileSync(jwksFile, jwks);
  system = await startSystem({ issuer: { keyFile }, keysFile: jwksFile, settings: ampleThrottle });
  // The deployment drops the odd keys. The authorizer must ignore them in a response as well.
  system.issuer.failWith('jwks', { status: 200, body: jwks, times: Number.POSITIVE_INFINITY });

  const user = system.issuer.addUser({ subject, email: 'attacked@example.com' });
  const { id_token: idToken, refresh_token: refreshToken } = await signIn(user.email, user.password);
  forge = createForge({
    issuer: system.issuer.url,
    audience: AUDIENCE,
    subject,
    kid,
    privateKey: createPrivateKey({ key: privateKey.export({ format: 'jwk' }), format: 'jwk' }),
    oddKeys,
    trapUrl: sink.url,
    idToken,
    refreshToken,
  });
});
afterAll(async () => {
  await system?.close();
  await sink?.close();
  folder.remove();
});

async function signIn(
  username: string,
  password: string,
): Promise<Record<'id_token' | 'refresh_token', string>> {
  const response = await fetch(`${system.issuer.url}oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      client_id: 'todo-demo-client',
      client_secret: 'todo-demo-secret',
      scope: 'openid email offline_access',
      audience: AUDIENCE,
      username,
      password,
    }),
  });
  return (await response.json()) as Record<'id_token' | 'refresh_token', string>;
}

const get = (headerLines: readonly string[]) => getRaw(system.apiUrl, '/todo', headerLines);

/** The parts of the sent values that are long enough to be recognized in a response. */
function secretsIn(headerLines: readonly string[]): string[] {
  const values = headerLines.map((line) => line.slice(line.indexOf(':')));
  return values.flatMap((value) => value.split(/[^A-Za-z0-9_-]+/)).filter((part) => part.length >= 12);
}

const controls: Readonly<Record<string, (forge: Forge) => string>> = {
  'as the issuer makes it': ({ token }) => token(),
  'with another type of access token': ({ token, header }) => token({ header: header({ typ: 'at+jwt' }) }),
  'for this API only': ({ token, claims, audience }) => token({ payload: claims({ aud: audience }) }),
  'with unknown header parameters': ({ token, header, trapUrl }) =>
    token({ header: header({ jku: `${trapUrl}/known.json`, x: [1] }) }),
  'issued in the future, which is no reason to refuse it (RFC 7519 §4.1.6)': ({ token, claims }) =>
    token({ payload: claims({ iat: Math.floor(Date.now() / 1000) + 60 }) }),
  'with a repeated claim, the valid one last': ({ token, claims }) =>
    token({ payload: `{"sub":"auth0|other","exp":1,${JSON.stringify(claims()).slice(1)}` }),
};

describe('the attacks', () => {
  it.each(Object.entries(controls))('change a token that is accepted: %s', async (_name, token) => {
    const response = await getRaw(system.apiUrl, '/me', [`Authorization: Bearer ${token(forge)}`]);
    expect(response).toMatchObject({ status: 200, body: { email: 'attacked@example.com' } });
  });

  it('are more than eighty, each with its own name', () => {
    const names = attacks.flatMap(([, group]) => group.map(({ name }) => name));
    expect(names.length).toBeGreaterThan(80);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe.each(attacks)('an attack on %s', (_group, group) => {
  it.each(group)('is a 401 with a fixed reason: $name', async ({ headerLines, detail }) => {
    const lines = headerLines(forge);
    const response = await get(lines);
    expectProblem(response, 401);
    expect(response.body.detail).toBe(detail);
    expect(response.headers.get('www-authenticate')).toMatch(
      /^Bearer realm="todo-api"(, error="invalid_(token|request)", error_description="[^"\\]+")?$/,
    );
    const text = JSON.stringify(response.body) + JSON.stringify([...response.headers]);
    for (const secret of secretsIn(lines)) expect(text).not.toContain(secret);
  });
});

describe('a genuine token in the wrong place', () => {
  it.each(['access_token', 'token', 'Authorization'])('is a 401 in the query: %s', async (name) => {
    const response = await getRaw(system.apiUrl, `/todo?${name}=${forge.token()}`, []);
    expectProblem(response, 401);
  });

  it('is ignored in a second Authorization header', async () => {
    const refused = [`Authorization: Bearer ${forge.token({ key: forge.strangerKey })}`];
    expectProblem(await get([...refused, `Authorization: Bearer ${forge.token()}`]), 401);
    const accepted = [`Authorization: Bearer ${forge.token()}`];
    expect((await get([...accepted, ...refused])).status).toBe(200);
  });
});

describe('a request that is not valid HTTP', () => {
  it.each(Object.entries(unparsableHeaders))('is refused: %s', async (_name, headerLines) => {
    const token = forge.token();
    const response = await get(headerLines(token));
    expect([400, 401, 431, CONNECTION_RESET]).toContain(response.status);
    expect(JSON.stringify(response.body)).not.toContain(token.slice(-20));
  });

  it('does not affect the next request', async () => {
    expect((await get([`Authorization: Bearer ${forge.token()}`])).status).toBe(200);
  });
});

describe('the system under attack', () => {
  it('fetches no URL from a token', () => {
    expect(sink.hits).toEqual([]);
  });

  it('sends at most one request to the issuer for many invented key ids', async () => {
    const before = system.issuer.requestCount('jwks');
    for (let i = 0; i < 100; i++) {
      const response = await get([
        `Authorization: Bearer ${forge.token({ header: forge.header({ kid: `made-up-${i}` }) })}`,
      ]);
      expectProblem(response, 401);
    }
    expect(system.issuer.requestCount('jwks') - before).toBeLessThanOrEqual(1);
  });

  it('logs no token and no failed request', () => {
    const all = system.output.join('\n');
    expect(all).toContain('"denied"');
    expect(all).not.toMatch(/eyJ[A-Za-z0-9_-]{10}/);
    expect(all).not.toContain('"outcome":"failed"');
  });
});
