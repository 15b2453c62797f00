import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type ApiResponse, type Client, expectProblem, nextPage } from '../support/client.ts';
import { control, laterClaims, newIdentity, newUser, requires, withToken } from '../support/target.ts';

const post = { body: { title: 'Mine' } };

describe('GET /me', () => {
  it('returns the user with its identities, and a 304 for the same ETag', async () => {
    const call = await newUser();
    const { status, headers, body } = await call('GET', '/me');
    expect(status).toBe(200);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9A-Z]{26}$/),
      email: expect.stringContaining('@'),
      created_at: expect.stringMatching(/Z$/),
      identities: [{ issuer: expect.stringMatching(/^http/), subject: expect.stringContaining('|') }],
    });
    const etag = headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    expect(headers.get('cache-control')).toBe('private, no-cache');
    expect(await call('GET', '/me', { headers: { 'If-None-Match': etag } })).toMatchObject({
      status: 304,
      body: '',
    });
  });

  describe('returns another ETag', () => {
    requires('an obedient issuer');

    it('when another identity is linked', async () => {
      const { token, email } = await newIdentity();
      const call = withToken(token);
      const before = await call('GET', '/me');
      const other = withToken((await newIdentity({ email, connection: 'google-oauth2' })).token);
      expect((await other('GET', '/me')).body.id).toBe(before.body.id);
      const after = await call('GET', '/me');
      expect(after.body.identities).toHaveLength(2);
      expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
    });
  });
});

describe('GET /me/export', () => {
  const pagesFrom = async (call: Client, start: string) => {
    const pages: ApiResponse[] = [];
    for (let path: string | undefined = start; path; path = nextPage(pages.at(-1)!)) {
      pages.push(await call('GET', path));
    }
    return pages;
  };

  const createTodos = async (call: Client) => {
    for (let i = 0; i < 5; i++)
      await call('POST', '/todo', { body: { title: `Todo ${i}`, completed: i % 2 === 0 } });
  };

  it('returns the user and all todos, in pages of the same form', async () => {
    const call = await newUser();
    await createTodos(call);
    const { body: user } = await call('GET', '/me');
    const { body: todos } = await call('GET', '/todo');

    const pages = await pagesFrom(call, '/me/export?limit=200');
    for (const { status, headers, body } of pages) {
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(body.user).toEqual(user);
      expect(Object.keys(body)).toEqual(
        expect.arrayContaining(['user', 'account', 'idempotency_records', 'todos']),
      );
    }
    expect(todos).toHaveLength(5);
    expect(pages.flatMap(({ body }) => body.todos)).toEqual(todos);
  });

  describe('of a new user', () => {
    requires('an obedient issuer');

    it('fits on one page, or in pages of the limit', async () => {
      const call = await newUser();
      await createTodos(call);
      const whole = await pagesFrom(call, '/me/export');
      expect(whole.map(({ body }) => body.todos.length)).toEqual([5]);
      const pages = await pagesFrom(call, '/me/export?limit=2');
      expect(pages.map(({ body }) => body.todos.length)).toEqual([2, 2, 1]);
      expect(pages.flatMap(({ body }) => body.todos)).toEqual(whole[0]?.body.todos);
    });

    it('returns what is stored about the identities and addresses of the user', async () => {
      const call = await newUser();
      const { body: user } = await call('GET', '/me');
      expect((await call('GET', '/me/export')).body.account).toEqual({
        identities: [
          {
            ...user.identities[0],
            email: user.email,
            email_verified: true,
            checked_at: expect.stringMatching(/Z$/),
            asked_at: null,
            former_user_deleted_at: null,
          },
        ],
        addresses: [{ email: user.email, is_owned: true, released_at: null }],
        blocked_at: null,
        deletion_requested_at: null,
      });
    });

    it('returns the idempotency records on the same pages', async () => {
      const call = await newUser();
      const headers = { 'Idempotency-Key': 'a.key/of mine' };
      const { body: todo } = await call('POST', '/todo', { body: { title: 'Once' }, headers });
      const first = await call('GET', '/me/export?limit=1');
      expect(first.body).toMatchObject({ idempotency_records: [{ key: 'a.key/of mine' }], todos: [] });
      expect(Date.parse(first.body.idempotency_records[0].expires_at)).toBeGreaterThan(Date.now());
      const second = await call('GET', nextPage(first) ?? '');
      expect(second.body).toMatchObject({ idempotency_records: [], todos: [todo] });
      expect(nextPage(second)).toBeUndefined();
    });
  });

  it('refuses a wrong query with a 400 that names the parameter', async () => {
    const call = await newUser();
    for (const [query, field] of [
      ['limit=201', 'limit'],
      ['cursor=nonsense', 'cursor'],
      ['limit=1&limit=2', 'limit'],
    ]) {
      const response = await call('GET', `/me/export?${query}`);
      expectProblem(response, 400);
      expect(Object.keys(response.body.errors)).toEqual([field]);
    }
  });
});

describe('DELETE /me', () => {
  requires('an obedient issuer');

  const etagOf = async (call: Awaited<ReturnType<typeof newUser>>) => {
    const { status, body, headers } = await call('GET', '/me');
    expect({ status, body }).toMatchObject({ status: 200 });
    return { 'If-Match': headers.get('etag') ?? '' };
  };
  /** A client of the same person with a token of a later sign-in. No policy is cached for this token. */
  const signInAgain = async (subject: string) =>
    withToken(await control.mintToken({ subject, claims: laterClaims() }));

  it('needs the ETag of GET /me, and changes nothing without it', async () => {
    const call = await newUser();
    await call('POST', '/todo', post);
    expectProblem(await call('DELETE', '/me'), 428);
    expectProblem(await call('DELETE', '/me', { headers: { 'If-Match': '*' } }), 428);
    expectProblem(await call('DELETE', '/me', { headers: { 'If-Match': '"stale"' } }), 412);
    expect((await call('GET', '/me')).status).toBe(200);
    expect((await call('GET', '/todo')).body).toHaveLength(1);
  });

  it('deletes the user with all identities and todos; the next sign-in creates an empty user', async () => {
    const { token, email, subject } = await newIdentity();
    const call = withToken(token);
    const { body: todo } = await call('POST', '/todo', { ...post, headers: { 'Idempotency-Key': 'k' } });
    const second = await newIdentity({ email, connection: 'google-oauth2' });
    const other = withToken(second.token);
    expect((await other('GET', '/todo')).body).toEqual([todo]);

    expect(await call('DELETE', '/me', { headers: await etagOf(call) })).toMatchObject({
      status: 204,
      body: '',
    });

    for (const identity of [subject, second.subject]) {
      const again = await signInAgain(identity);
      const me = await again('GET', '/me');
      expect(me).toMatchObject({ status: 200, body: { email } });
      expect(me.body.id).not.toBe(todo.user);
      expect((await again('GET', '/todo')).body).toEqual([]);
      expectProblem(await again('GET', `/todo/${todo.id}`), 404);
    }
  });

  describe('with denial reasons', () => {
    requires('denial reasons');

    it('refuses every token that was issued before, also when the person has a new user', async () => {
      const { token, email, subject } = await newIdentity();
      const unused = withToken(await control.mintToken({ subject, claims: { jti: randomUUID() } }));
      const unusedToo = withToken(await control.mintToken({ subject, claims: { jti: randomUUID() } }));
      const call = withToken(token);
      await call('DELETE', '/me', { headers: await etagOf(call) });

      const detail = 'The access token was issued before its user was deleted: sign in again.';
      const refused = await unused('GET', '/todo');
      expectProblem(refused, 401);
      expect(refused.body.detail).toBe(detail);
      const again = await signInAgain(subject);
      expect((await again('GET', '/me')).body.email).toBe(email);
      expect((await unusedToo('GET', '/todo')).body.detail).toBe(detail);
      expect((await again('GET', '/todo')).body).toEqual([]);
    });
  });

  it('shows no data to a token with a cached policy, and hides its writes from the next user', async () => {
    const { token, subject } = await newIdentity();
    const call = withToken(token);
    await call('POST', '/todo', post);
    await call('DELETE', '/me', { headers: await etagOf(call) });

    expectProblem(await call('GET', '/me'), 404);
    expectProblem(await call('GET', '/me/export'), 404);
    expect((await call('GET', '/todo')).body).toEqual([]);
    expect((await call('POST', '/todo', post)).status).toBe(201);
    const again = await signInAgain(subject);
    expect((await again('GET', '/todo')).body).toEqual([]);
    expect((await again('GET', '/me/export')).body.todos).toEqual([]);
  });

  it('can be repeated after a lost response, and never deletes the next user of the same person', async () => {
    const { token, subject } = await newIdentity();
    const call = withToken(token);
    const headers = await etagOf(call);
    for (let i = 0; i < 2; i++) expect((await call('DELETE', '/me', { headers })).status).toBe(204);

    const again = await signInAgain(subject);
    const { body: todo } = await again('POST', '/todo', post);
    expectProblem(await again('DELETE', '/me', { headers }), 412);
    expect((await call('DELETE', '/me', { headers })).status).toBe(204);
    expect((await again('GET', '/todo')).body).toEqual([todo]);
    expect((await again('DELETE', '/me', { headers: await etagOf(again) })).status).toBe(204);
  });
});
