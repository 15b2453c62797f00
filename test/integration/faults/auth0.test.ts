import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AUTHORIZER_ID } from '../../../infra/build/bundle.ts';
import type { TableSpec } from '../../../infra/local/deployment-spec.ts';
import { localCredentials } from '../../../infra/local/dynamodb/engine.ts';
import type { Fault } from '../../../infra/local/issuer/issuer.ts';
import { type ApiResponse, type Client, createClient, expectProblem } from '../../support/client.ts';
import { type System, startSystem } from '../../support/system.ts';

const ALWAYS = Number.POSITIVE_INFINITY;

let system: System;
/** The address of the DynamoDB engine. */
let endpoint: string;
let known: { subject: string; call: Client };

beforeAll(async () => {
  system = await startSystem({
    issuer: { userinfoLimit: false },
    intercept: async (engine) => {
      endpoint = engine;
      return { endpoint, close: async () => {} };
    },
  });
});
afterAll(() => system.close());

const newIdentity = async (user: { email?: string; connection?: string } = {}) => {
  const { subject, email } = system.issuer.addUser({ email: `${randomUUID()}@example.com`, ...user });
  return { subject, email, call: await clientOf(subject) };
};
/** A client with a new token. No policy is cached for this token. */
const clientOf = async (subject: string, expiresInSeconds = 3_600): Promise<Client> =>
  createClient(
    system.apiUrl,
    await system.issuer.mintToken({ subject, expiresInSeconds, claims: { jti: randomUUID() } }),
  );

/** Gives the authorizer a cold start: it has the keys of the deployment, and no cooldown. */
function restartAuthorizer(): void {
  const { functions } = system.deployment.deployment;
  const authorizer = functions.find(({ logicalId }) => logicalId.startsWith(AUTHORIZER_ID));
  if (!authorizer) throw new Error('The template has no authorizer.');
  system.deployment.replaceCode(AUTHORIZER_ID, authorizer.codePath);
}

function expectUnchecked(response: ApiResponse): void {
  expectProblem(response, 503);
  expect(response.headers.get('retry-after')).toBe('5');
  expect(response.body.detail).toBe('The access token could not be checked. Try again.');
}

beforeEach(async () => {
  restartAuthorizer();
  known = await newIdentity();
  expect((await known.call('GET', '/todo')).status).toBe(200);
});
afterEach(() => system.issuer.clearFaults());

const json = { 'Content-Type': 'application/json' };
const responses: readonly [string, Fault][] = [
  ['is down', { status: 500 }],
  ['closes the connection', { reset: true }],
  ['responds with a 429', { status: 429, headers: { 'Retry-After': '1' } }],
  ['is too slow', { delayMs: 30_000 }],
  ['is not JSON', { status: 200, body: '<html>', headers: json }],
  ['is cut short', { status: 200, body: '{"keys":[{"kty":"RS', headers: json }],
  ['is empty', { status: 200, body: '' }],
  ['is null', { status: 200, body: 'null', headers: json }],
  ['is huge', { status: 200, body: `{"keys":[],"sub":"x","pad":"${'x'.repeat(300_000)}"}`, headers: json }],
];

/** The unit tests have all cases. `npm test` runs one case of this file, and the long tests run the others. */
const tagOf = (name: string) => ({ tags: name === 'is down' ? [] : 'long' });

describe.each<[string, Fault]>([
  ...responses,
  ['is not found', { status: 404, body: '{}', headers: json }],
  ['has no keys', { status: 200, body: '{"keys":[]}', headers: json }],
  [
    'has no usable key',
    { status: 200, body: '{"keys":[null,1,{"kty":"RSA","kid":"k","n":"AQ","e":"AQAB"}]}' },
  ],
])('a JWKS that %s', (name, fault) => {
  it(
    'is a 503 for a token of a new key until the JWKS is back, and does not affect known tokens',
    tagOf(name),
    async () => {
      // The authorizer was deployed with the first key. For a token of the new key, it fetches the JWKS.
      await system.issuer.rotateKeys();
      restartAuthorizer();
      system.issuer.failWith('jwks', { ...fault, times: ALWAYS });
      const call = await clientOf(known.subject);
      const before = system.issuer.requestCount('jwks');
      expectUnchecked(await call('GET', '/todo'));
      expectUnchecked(await call('GET', '/todo'));
      expect(system.issuer.requestCount('jwks') - before).toBe(1);
      expect((await known.call('GET', '/todo')).status).toBe(200);

      system.issuer.clearFaults();
      restartAuthorizer();
      expect((await call('GET', '/todo')).status).toBe(200);
    },
  );
});

it('a client that waits as Retry-After says finds the JWKS that is back', { tags: 'long' }, async () => {
  await system.issuer.rotateKeys();
  restartAuthorizer();
  system.issuer.failWith('jwks', { status: 500 });
  const call = await clientOf(known.subject);
  const response = await call('GET', '/todo');
  expectUnchecked(response);
  await sleep(Number(response.headers.get('retry-after')) * 1_000);
  expect((await call('GET', '/todo')).status).toBe(200);
});

describe('redirects', () => {
  it.each(['jwks', 'userinfo'] as const)('of %s are not followed', async (endpoint) => {
    await system.issuer.rotateKeys();
    restartAuthorizer();
    const { call } = await newIdentity();
    system.issuer.failWith(endpoint, {
      status: 302,
      headers: { Location: `${system.issuer.url}.well-known/openid-configuration` },
      times: ALWAYS,
    });
    expectUnchecked(await call('GET', '/todo'));
    expect(system.issuer.requestCount('discovery')).toBe(0);
  });
});

it('a key rotation during requests fails no request, and old tokens stay valid', async () => {
  const statuses = new Set<number>();
  for (let rotation = 0; rotation < 3; rotation++) {
    restartAuthorizer();
    await system.issuer.rotateKeys();
    const clients = await Promise.all(Array.from({ length: 8 }, () => clientOf(known.subject)));
    const calls = [...clients, known.call].map(async (call) => (await call('GET', '/todo')).status);
    for (const status of await Promise.all(calls)) statuses.add(status);
  }
  expect([...statuses]).toEqual([200]);
});

describe.each<[string, Fault]>([
  ...responses,
  [
    'is of another subject',
    { status: 200, body: '{"sub":"auth0|victim","email":"victim@example.com","email_verified":true}' },
  ],
  ['is of no subject', { status: 200, body: '{"email":"victim@example.com","email_verified":true}' }],
])('a profile that %s', (name, fault) => {
  it('is a 503 for a new user, creates no user, and is not cached', tagOf(name), async () => {
    const { email, subject, call } = await newIdentity();
    system.issuer.failWith('userinfo', { ...fault, times: ALWAYS });
    expectUnchecked(await call('GET', '/me'));
    expect((await known.call('GET', '/todo')).status).toBe(200);

    system.issuer.clearFaults();
    restartAuthorizer();
    expect(await call('GET', '/me')).toMatchObject({
      status: 200,
      body: { email, identities: [{ subject }] },
    });
  });
});

describe('a rate limit of the profile', () => {
  it('is respected until its reset, and then the user can sign in', { tags: 'long' }, async () => {
    const { call } = await newIdentity();
    const reset = Math.ceil(Date.now() / 1000) + 2;
    system.issuer.failWith('userinfo', { status: 429, headers: { 'x-ratelimit-reset': String(reset) } });
    const before = system.issuer.requestCount('userinfo');
    expectUnchecked(await call('GET', '/me'));
    expectUnchecked(await call('GET', '/me'));
    expect(system.issuer.requestCount('userinfo') - before).toBe(1);
    await expect.poll(async () => (await call('GET', '/me')).status).toBe(200);
    expect(Date.now()).toBeGreaterThanOrEqual(reset * 1000);
  });
});

describe('a profile', () => {
  it.each<[string, object, RegExp]>([
    ['without an email', {}, /no email address/],
    ['with a malformed email', { email: 'nobody', email_verified: true }, /address .* is malformed/],
    [
      'with an unpaired surrogate in the email',
      { email: 'a\ud800@example.com', email_verified: true },
      /address .* is malformed/,
    ],
    [
      'with an email that is not a string',
      { email: ['a@example.com'], email_verified: true },
      /address .* is malformed/,
    ],
    [
      'with an unverified email',
      { email: 'a@example.com', email_verified: false },
      /not verified: verify it/,
    ],
    [
      'with another text as email_verified',
      { email: 'a@example.com', email_verified: 'yes' },
      /not verified/,
    ],
    ['without email_verified', { email: 'a@example.com' }, /not verified/],
  ])('%s is a 403 with the reason', async (_name, profile, detail) => {
    const { subject, call } = await newIdentity();
    system.issuer.failWith('userinfo', { status: 200, body: JSON.stringify({ sub: subject, ...profile }) });
    const response = await call('GET', '/me');
    expectProblem(response, 403);
    expect(response.body.detail).toMatch(detail);
  });

  it('with the text "true" as email_verified is verified, as SAML and Apple connections send it', async () => {
    const { subject, email, call } = await newIdentity();
    const profile = { sub: subject, email, email_verified: 'true' };
    system.issuer.failWith('userinfo', { status: 200, body: JSON.stringify(profile) });
    expect(await call('GET', '/me')).toMatchObject({ status: 200, body: { email } });
  });

  it.each<[string, Fault, RegExp]>([
    [
      'of a blocked user',
      { status: 401, body: '{"error":"unauthorized","error_description":"user is blocked"}', headers: json },
      /blocked at Auth0/,
    ],
    ['that the request cannot get', { status: 400, body: '{"error":"invalid_request"}' }, /sign in again/],
    ['that does not exist', { status: 404, body: '{}', headers: json }, /sign in again/],
    ['that is gone', { status: 410, body: '' }, /sign in again/],
  ])('%s is a 403 with the reason, and not "try again"', async (_name, fault, detail) => {
    const { call } = await newIdentity();
    system.issuer.failWith('userinfo', { ...fault, times: ALWAYS });
    const response = await call('GET', '/me');
    expectProblem(response, 403);
    expect(response.body.detail).toMatch(detail);
    expect(response.headers.get('retry-after')).toBeNull();
  });

  it('of a connection that verifies no address is a 403 that says so', async () => {
    const subject = `samlp|acme|${randomUUID()}`;
    system.issuer.addUser({ subject, email: `${randomUUID()}@example.com`, emailVerified: false });
    const response = await (await clientOf(subject))('GET', '/me');
    expectProblem(response, 403);
    expect(response.body.detail).toMatch(/connection of the account does not verify addresses/);
  });
});

describe('an address that changes at Auth0', () => {
  /** Lets a day pass since the address of an identity was checked. */
  async function letADayPass(subject: string): Promise<void> {
    const [{ name: TableName }] = system.deployment.deployment.tables as [TableSpec];
    const base = new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials: localCredentials });
    await DynamoDBDocumentClient.from(base).send(
      new UpdateCommand({
        TableName,
        Key: { pk: `LINK#${system.issuer.url}#${subject}`, sk: 'LINK' },
        UpdateExpression: 'SET checkedAt = :then REMOVE askedAt',
        ExpressionAttributeValues: { ':then': Date.now() - 86_400_000 },
      }),
    );
    base.destroy();
  }
  const newEmail = () => `${randomUUID()}@example.com`;

  it('is followed a day later, and its old one leads somebody else to a user of their own', async () => {
    const [oldEmail, email] = [newEmail(), newEmail()];
    const { subject, call } = await newIdentity({ email: oldEmail });
    const { body: todo } = await call('POST', '/todo', { body: { title: 'The first person’s' } });
    const { body: before } = await call('GET', '/me');
    system.issuer.updateUser(subject, { email });
    expect((await (await clientOf(subject))('GET', '/me')).body).toEqual(before);

    await letADayPass(subject);
    expect((await (await clientOf(subject))('GET', '/me')).body).toEqual({ ...before, email });
    const colleague = await newIdentity({ email: oldEmail });
    expect((await colleague.call('GET', '/me')).body).toMatchObject({
      email: oldEmail,
      identities: [{ subject: colleague.subject }],
    });
    expect((await colleague.call('GET', '/todo')).body).toEqual([]);
    expectProblem(await colleague.call('DELETE', `/todo/${todo.id}`), 404);

    const second = await newIdentity({ email, connection: 'google-oauth2' });
    expect((await second.call('GET', '/todo')).body).toEqual([todo]);
  });

  it('to another user’s gives no access to their todos', async () => {
    const victim = await newIdentity();
    const { body: todo } = await victim.call('POST', '/todo', { body: { title: 'The victim’s' } });
    const { body: before } = await known.call('GET', '/me');
    system.issuer.updateUser(known.subject, { email: victim.email, connection: 'google-oauth2' });

    await letADayPass(known.subject);
    const call = await clientOf(known.subject);
    expect((await call('GET', '/me')).body).toEqual({ ...before, email: victim.email });
    expectProblem(await call('GET', `/todo/${todo.id}`), 404);
    expect((await call('GET', '/todo')).body).toEqual([]);
    const newcomer = await newIdentity({ email: victim.email, connection: 'samlp' });
    expect((await newcomer.call('GET', '/todo')).body).toEqual([todo]);
  });

  const faults: [string, Fault][] = [
    ...responses,
    ['refuses the token', { status: 401, body: '' }],
    [
      'says that the user is blocked',
      { status: 403, body: '{"error_description":"user is blocked"}', headers: json },
    ],
    ['has no profile', { status: 404, body: '{}', headers: json }],
  ];
  for (const [name, fault] of faults) {
    it(
      `locks nobody out when /userinfo ${name}, and is asked for once in five minutes`,
      tagOf(name),
      async () => {
        await letADayPass(known.subject);
        system.issuer.failWith('userinfo', { ...fault, times: ALWAYS });
        const before = system.issuer.requestCount('userinfo');
        for (let i = 0; i < 3; i++) {
          restartAuthorizer();
          expect((await (await clientOf(known.subject))('GET', '/todo')).status).toBe(200);
        }
        expect(system.issuer.requestCount('userinfo') - before).toBe(1);
      },
    );
  }

  it('locks nobody out with a token that opens no profile', async () => {
    await letADayPass(known.subject);
    const token = await system.issuer.mintToken({ subject: known.subject, scope: 'read:todos' });
    expect((await createClient(system.apiUrl, token)('GET', '/todo')).status).toBe(200);
  });
});
