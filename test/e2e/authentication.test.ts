import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { expectProblem } from '../support/client.ts';
import { anonymous, control, newIdentity, newUser, requires, withToken } from '../support/target.ts';

/** A gateway without custom gateway responses also sends one of these. */
const refusals = [401, 403];

describe('a request without a valid access token', () => {
  const badHeaders: [name: string, headers: Record<string, string>][] = [
    ['no header', {}],
    ['another scheme', { Authorization: 'Basic YTpi' }],
    ['no token', { Authorization: 'Bearer ' }],
    ['an opaque token', { Authorization: 'Bearer abcdef' }],
    ['garbage in the form of a JWT', { Authorization: 'Bearer a.b.c' }],
  ];

  it.each(badHeaders)('is refused: %s', async (_name, headers) => {
    for (const path of ['/todo', '/todo/', '/me']) {
      expect(refusals).toContain((await anonymous('GET', path, { headers })).status);
    }
  });

  describe('with the gateway responses of the template', () => {
    requires('gateway responses');

    it.each([
      ['no header', {}],
      ['another scheme', { Authorization: 'Basic YTpi' }],
    ])('gets a challenge without an error, because it has no credentials: %s', async (_name, headers) => {
      const response = await anonymous('GET', '/todo', { headers });
      expect(response.headers.get('www-authenticate')).toBe('Bearer realm="todo-api"');
      expect(response.body.type).toMatch(/\/docs#token-required$/);
    });

    describe('with denial reasons', () => {
      requires('denial reasons');

      it.each(badHeaders)('gets a 401 problem and a challenge: %s', async (_name, headers) => {
        for (const path of ['/todo', '/todo/', '/me']) {
          const response = await anonymous('GET', path, { headers });
          expectProblem(response, 401);
          expect(response.headers.get('www-authenticate')).toMatch(/^Bearer realm="todo-api"/);
        }
      });

      it.each(['Bearer', 'Bearer one two', 'Bearer "quoted"', 'Bearer: colon'])(
        'gets the error invalid_request for a malformed header: %s',
        async (header) => {
          const response = await anonymous('GET', '/todo', { headers: { Authorization: header } });
          expectProblem(response, 401);
          expect(response.headers.get('www-authenticate')).toBe(
            'Bearer realm="todo-api", error="invalid_request", error_description="The Authorization header must be Bearer, a space, and one access token."',
          );
          expect(response.body.type).toMatch(/\/docs#malformed-authorization$/);
        },
      );

      it('gets the error invalid_token for a token that is no JWT', async () => {
        const response = await anonymous('GET', '/todo', { headers: { Authorization: 'Bearer abcdef' } });
        expect(response.headers.get('www-authenticate')).toBe(
          'Bearer realm="todo-api", error="invalid_token", error_description="The access token is opaque. The usual cause: the client asked Auth0 for no audience."',
        );
        expect(response.body.type).toMatch(/\/docs#invalid-token$/);
      });
    });
  });
});

describe('a token that the issuer signed', () => {
  requires('an obedient issuer');

  const badTokens: [name: string, options: object, detail: string | RegExp][] = [
    ['has expired', { expiresInSeconds: -60 }, 'The access token has expired.'],
    [
      'is for another audience',
      { claims: { aud: 'https://other.example.com' } },
      'The access token is not meant for this API.',
    ],
    [
      'names another issuer',
      { claims: { iss: 'https://other.auth0.com/' } },
      'The access token was issued by someone else.',
    ],
    ['never expires', { claims: { exp: undefined } }, 'The access token lacks a required claim.'],
    ['has no subject', { claims: { sub: undefined } }, 'The access token lacks a required claim.'],
    ['is bound to a key', { claims: { cnf: { jkt: 'x' } } }, /bound to a key/],
  ];
  const callWithBadToken = async (options: object) =>
    withToken(await control.mintToken({ subject: 'auth0|nobody', ...options }))('GET', '/todo');

  it.each(badTokens)('is refused if it %s', async (_name, options) => {
    expect(refusals).toContain((await callWithBadToken(options)).status);
  });

  describe('with the gateway responses of the template', () => {
    requires('gateway responses');

    describe('with denial reasons', () => {
      requires('denial reasons');

      it.each(badTokens)('gets the reason and a challenge if it %s', async (_name, options, detail) => {
        const response = await callWithBadToken(options);
        expectProblem(response, 401);
        expect(response.body.detail).toMatch(detail);
        expect(response.headers.get('www-authenticate')).toBe(
          `Bearer realm="todo-api", error="invalid_token", error_description="${response.body.detail}"`,
        );
      });
    });
  });

  describe('and that expires while its policy is cached', () => {
    requires('denial reasons');

    it('gets the same result from the route as from the authorizer', { tags: 'long' }, async () => {
      const { subject } = await newIdentity();
      const call = withToken(await control.mintToken({ subject, expiresInSeconds: 4 }));
      expect((await call('GET', '/todo')).status).toBe(200);
      await expect.poll(async () => (await call('GET', '/todo')).status, { timeout: 10_000 }).toBe(401);
      const fromRoute = await call('GET', '/todo');
      const fromAuthorizer = await callWithBadToken({ expiresInSeconds: 0 });

      for (const { status, body } of [fromRoute, fromAuthorizer]) {
        expect({ status, body }).toEqual({
          status: 401,
          body: {
            type: expect.stringMatching(/\/docs#token-expired$/),
            title: 'Unauthorized',
            status: 401,
            detail: 'The access token has expired.',
            request_id: expect.any(String),
          },
        });
      }
      const challenge =
        'Bearer realm="todo-api", error="invalid_token", error_description="The access token has expired."';
      expect(fromAuthorizer.headers.get('www-authenticate')).toBe(challenge);
      expect(fromRoute.headers.get('x-amzn-remapped-www-authenticate')).toBe(challenge);
    });
  });

  it('is refused before its "nbf" time, and is accepted after it', {
    tags: 'long',
  }, async () => {
    const { subject } = await newIdentity();
    const soon = Math.floor(Date.now() / 1000) + 10;
    const call = withToken(await control.mintToken({ subject, claims: { nbf: soon } }));
    expect(refusals).toContain((await call('GET', '/todo')).status);
    await expect.poll(async () => (await call('GET', '/todo')).status, { interval: 250 }).toBe(200);
  });

  it('gets a 403 with the reason if it belongs to no user of this API', async () => {
    const machine = await control.mintToken({ claims: { sub: 'client@clients', gty: 'client-credentials' } });
    const unverified = await newIdentity({ emailVerified: false });
    const withoutProfile = await control.mintToken({
      subject: unverified.subject,
      scope: 'email',
    });
    const withoutEmail = await control.mintToken({ subject: (await newIdentity()).subject, scope: 'openid' });
    for (const [token, detail] of [
      [machine, /client credentials grant/],
      [unverified.token, /not verified/],
      [withoutProfile, /ask for the scopes openid and email/],
      [withoutEmail, /ask for the scopes openid and email/],
    ] as const) {
      const response = await withToken(token)('POST', '/todo', { body: { title: 'X' } });
      expectProblem(response, 403);
      expect(response.body.detail).toMatch(detail);
    }
  });
});

describe('a token that is valid', () => {
  it('works on every method of the API while its policy is cached', async () => {
    const call = await newUser();
    expect((await call('GET', '/todo')).status).toBe(200);
    const { body } = await call('POST', '/todo', { body: { title: 'Second method' } });
    expect((await call('DELETE', `/todo/${body.id}`)).status).toBe(204);
    expect((await call('GET', '/me')).status).toBe(200);
  });
});

describe('a token with the signature of another key', () => {
  requires('an obedient issuer');

  it.each([
    ['under an unknown key id', 'stranger'],
    ['under the key id of the issuer', 'known'],
  ])('is refused, and is not in the response: %s', async (_name, kidOf) => {
    const genuine = await control.mintToken({ subject: 'auth0|x' });
    const { kid } = JSON.parse(Buffer.from(genuine.split('.')[0] ?? '', 'base64url').toString());
    const claims = JSON.parse(Buffer.from(genuine.split('.')[1] ?? '', 'base64url').toString());
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const forged = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: kidOf === 'known' ? kid : 'stranger' })
      .sign(privateKey);
    const response = await withToken(forged)('GET', '/todo');
    expect(refusals).toContain(response.status);
    expect(JSON.stringify(response.body)).not.toContain(forged.slice(0, 20));
  });
});

describe('identities', () => {
  requires('an obedient issuer');

  it('with the same verified email address belong to one user', async () => {
    const password = await newIdentity();
    const social = await newIdentity({ email: password.email, connection: 'google-oauth2' });
    await withToken(password.token)('POST', '/todo', { body: { title: 'Shared' } });
    const me = await withToken(social.token)('GET', '/me');
    expect(me.body.identities.map(({ subject }: { subject: string }) => subject).sort()).toEqual(
      [password.subject, social.subject].sort(),
    );
    expect((await withToken(social.token)('GET', '/todo')).body).toMatchObject([{ title: 'Shared' }]);
  });

  it('create one user when a new user sends many simultaneous requests', async () => {
    const { token, email } = await newIdentity();
    const responses = await Promise.all(Array.from({ length: 40 }, () => withToken(token)('GET', '/me')));
    const statuses = new Set(responses.map(({ status }) => status));
    expect([...statuses].every((status) => status === 200 || status === 503)).toBe(true);
    const users = new Set(responses.filter(({ status }) => status === 200).map(({ body }) => body.id));
    expect(users.size).toBe(1);
    expect((await withToken(token)('GET', '/me')).body).toMatchObject({ id: [...users][0], email });
  });
});
