import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Client, expectProblem, nextPage } from '../support/client.ts';
import { newUser } from '../support/target.ts';

const unknownId = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const today = () => new Date().toISOString().slice(0, 10);

/** Creates a todo. Repeats the request with the same key after a 429 or a 503. */
async function createWithRetries(call: Client, body: object): Promise<void> {
  const headers = { 'Idempotency-Key': randomUUID() };
  for (let attempt = 1; ; attempt++) {
    const { status } = await call('POST', '/todo', { body, headers });
    if (attempt === 10 || ![429, 503].includes(status)) return expect(status).toBe(201);
    await delay(1_000);
  }
}

describe('a todo', () => {
  let call: Client;
  beforeAll(async () => {
    call = await newUser();
  });

  it('is created with defaults, an address and an ETag', async () => {
    const before = today();
    const { status, headers, body } = await call('POST', '/todo', { body: { title: '  Buy milk  ' } });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9A-Z]{26}$/),
      title: 'Buy milk',
      date: expect.any(String),
      completed: false,
      order: null,
      user: expect.any(String),
      url: expect.any(String),
      created_at: expect.stringMatching(/Z$/),
      updated_at: body.created_at,
    });
    expect([before, today()]).toContain(body.date);
    expect(headers.get('location')).toBe(body.url);
    expect(headers.get('etag')).toBe('"1"');
  });

  it('ignores the fields that the server sets', async () => {
    const { body } = await call('POST', '/todo', {
      body: {
        title: 'Mine',
        id: unknownId,
        user: 'somebody',
        url: 'https://example.com',
        created_at: '2000-01-01',
      },
    });
    expect(body).toMatchObject({ title: 'Mine', id: expect.not.stringContaining(unknownId) });
    expect(body.user).not.toBe('somebody');
    expect(body.created_at).not.toMatch(/^2000/);
  });

  it('is replaced as a whole by PUT, and changed in part by PATCH', async () => {
    const { body: todo } = await call('POST', '/todo', {
      body: { title: 'A', date: '2026-01-02', completed: true, order: 7 },
    });
    const replaced = await call('PUT', `/todo/${todo.id}`, { body: { title: 'B', date: '2026-03-04' } });
    expect(replaced).toMatchObject({ status: 200, body: { title: 'B', completed: false, order: null } });
    expect(replaced.headers.get('etag')).toBe('"2"');

    const changed = await call('PATCH', `/todo/${todo.id}/`, { body: { completed: true } });
    expect(changed.body).toMatchObject({ title: 'B', date: '2026-03-04', completed: true, order: null });
    expect((await call('GET', `/todo/${todo.id}`)).body).toEqual(changed.body);
  });

  it('is a 304 without a body if If-None-Match has its ETag', async () => {
    const { body, headers } = await call('POST', '/todo', { body: { title: 'Cached' } });
    const etag = headers.get('etag') ?? '';
    const again = await call('GET', `/todo/${body.id}`, { headers: { 'If-None-Match': etag } });
    expect(again).toMatchObject({ status: 304, body: '' });
    expect(again.headers.get('etag')).toBe(etag);
  });

  it('is not changed by a request with a stale ETag, which gets a 412', async () => {
    const { body: todo, headers } = await call('POST', '/todo', { body: { title: 'Shared' } });
    const ifMatch = { 'If-Match': headers.get('etag') ?? '' };
    expect(
      await call('PATCH', `/todo/${todo.id}`, { body: { title: 'First' }, headers: ifMatch }),
    ).toMatchObject({
      status: 200,
    });

    const stale = [
      await call('PATCH', `/todo/${todo.id}`, { body: { title: 'Second' }, headers: ifMatch }),
      await call('PUT', `/todo/${todo.id}`, { body: { title: 'Third' }, headers: ifMatch }),
      await call('DELETE', `/todo/${todo.id}`, { headers: ifMatch }),
    ];
    for (const response of stale) expectProblem(response, 412);
    expect((await call('GET', `/todo/${todo.id}`)).body.title).toBe('First');
  });

  it('accepts one of many simultaneous writes with the same ETag', async () => {
    const { body: todo } = await call('POST', '/todo', { body: { title: 'Contested' } });
    const responses = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        call('PATCH', `/todo/${todo.id}`, { body: { order: i }, headers: { 'If-Match': '"1"' } }),
      ),
    );
    expect(responses.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(412)]);
  });

  it('is a 404 after its deletion', async () => {
    const { body: todo } = await call('POST', '/todo', { body: { title: 'Short-lived' } });
    expect(await call('DELETE', `/todo/${todo.id}`)).toMatchObject({ status: 204, body: '' });
    expectProblem(await call('GET', `/todo/${todo.id}`), 404);
    expectProblem(await call('DELETE', `/todo/${todo.id}`), 404);
  });

  it.each([{}, { 'If-Match': '"1"' }])(
    'keeps its ETag when a write changes nothing, with %j',
    async (headers) => {
      const { body: todo } = await call('POST', '/todo', { body: { title: 'Same', date: '2026-06-15' } });
      for (const [method, body] of [
        ['PATCH', { title: 'Same' }],
        ['PUT', { title: 'Same', date: '2026-06-15' }],
      ] as const) {
        const response = await call(method, `/todo/${todo.id}`, { body, headers });
        expect(response).toMatchObject({ status: 200, body: todo });
        expect(response.headers.get('etag')).toBe('"1"');
      }
    },
  );

  it('is never created by PUT or PATCH', async () => {
    for (const id of [unknownId, 'not-an-id']) {
      expectProblem(await call('PUT', `/todo/${id}`, { body: { title: 'X' } }), 404);
      expectProblem(await call('PATCH', `/todo/${id}`, { body: { title: 'X' } }), 404);
    }
  });
});

describe('a POST that is repeated with its Idempotency-Key', () => {
  it('creates one todo for repeated and for simultaneous requests', async () => {
    const call = await newUser();
    const headers = { 'Idempotency-Key': randomUUID() };
    const responses = await Promise.all(
      Array.from({ length: 8 }, () => call('POST', '/todo', { body: { title: 'Once' }, headers })),
    );
    responses.push(await call('POST', '/todo', { body: { title: ' Once ', completed: false }, headers }));
    expect(responses.map(({ status }) => status)).toEqual(Array(9).fill(201));
    expect(new Set(responses.map(({ body }) => body.id)).size).toBe(1);
    expect((await call('GET', '/todo')).body).toHaveLength(1);
  });

  it('gets a 422 for another body, and a 404 after its todo was deleted', async () => {
    const call = await newUser();
    const headers = { 'Idempotency-Key': randomUUID() };
    const { body: todo } = await call('POST', '/todo', { body: { title: 'Original' }, headers });
    expectProblem(await call('POST', '/todo', { body: { title: 'Other' }, headers }), 422);

    await call('DELETE', `/todo/${todo.id}`);
    expectProblem(await call('POST', '/todo', { body: { title: 'Original' }, headers }), 404);
    expect((await call('GET', '/todo')).body).toEqual([]);
  });

  it('gets a 404 after all todos were deleted', async () => {
    const call = await newUser();
    const headers = { 'Idempotency-Key': randomUUID() };
    await call('POST', '/todo', { body: { title: 'Original' }, headers });
    await call('DELETE', '/todo');
    expectProblem(await call('POST', '/todo', { body: { title: 'Original' }, headers }), 404);
    expect((await call('GET', '/todo')).body).toEqual([]);
  });
});

describe('the list of todos', () => {
  it('includes a todo immediately after its creation', async () => {
    const call = await newUser();
    for (let i = 1; i <= 5; i++) {
      await call('POST', '/todo', { body: { title: `Todo ${i}` } });
      expect((await call('GET', '/todo')).body).toHaveLength(i);
    }
  });

  it('is filtered and ordered', async () => {
    const call = await newUser();
    const fields = [
      { title: 'c', date: '2026-03-01', completed: true },
      { title: 'a', date: '2026-01-01', completed: false },
      { title: 'b', date: '2026-02-01', completed: false },
    ];
    for (const body of fields) await call('POST', '/todo', { body });
    const titles = async (query: string) =>
      (await call('GET', `/todo${query}`)).body.map(({ title }: { title: string }) => title).join('');

    expect(await titles('')).toBe('cab');
    expect(await titles('?ordering=-created')).toBe('bac');
    expect(await titles('?ordering=date')).toBe('abc');
    expect(await titles('?ordering=-date')).toBe('cba');
    expect(await titles('?completed=true')).toBe('c');
    expect(await titles('?completed=false&ordering=-date')).toBe('ba');
    expect(await titles('?date_from=2026-02-01')).toBe('bc');
    expect(await titles('?date_to=2026-02-01&ordering=-date')).toBe('ba');
    expect(await titles('?date_from=2026-01-02&date_to=2026-02-28')).toBe('b');

    const { body: c } = await call('GET', '/todo?completed=true');
    await call('PATCH', `/todo/${c[0].id}`, { body: { completed: false } });
    expect(await titles('?completed=false&ordering=date')).toBe('abc');
    await call('PATCH', `/todo/${c[0].id}`, { body: { date: '2025-12-31' } });
    expect(await titles('?completed=false&ordering=date')).toBe('cab');
    expect(await titles('?completed=false')).toBe('cab');
  });

  it('can be cleared of the completed todos, or of all todos', async () => {
    const call = await newUser();
    for (const completed of [true, false, true])
      await call('POST', '/todo', { body: { title: 'T', completed } });
    expect(await call('DELETE', '/todo?completed=true')).toMatchObject({ status: 204 });
    expect((await call('GET', '/todo')).body).toMatchObject([{ completed: false }]);
    expectProblem(await call('DELETE', '/todo?completed=maybe'), 400);
    expect(await call('DELETE', '/todo/')).toMatchObject({ status: 204 });
    expect((await call('GET', '/todo')).body).toEqual([]);
  });

  it('returns hundreds of todos in pages with Link headers, each todo exactly once', {
    tags: 'long',
  }, async () => {
    const call = await newUser();
    const total = 250;
    const day = (i: number) => `2026-01-${String(((i * 7) % 28) + 1).padStart(2, '0')}`;
    for (let i = 0; i < total; i += 25) {
      await Promise.all(
        Array.from({ length: 25 }, (_, j) =>
          createWithRetries(call, { title: `${i + j}`, completed: (i + j) % 3 === 0, date: day(i + j) }),
        ),
      );
    }
    const collect = async (query: string) => {
      const seen: { id: string; date: string; completed: boolean }[] = [];
      for (let page: string | undefined = `/todo${query}`; page !== undefined; ) {
        const response = await call('GET', page);
        expect(response.status).toBe(200);
        seen.push(...response.body);
        page = nextPage(response);
        if (page) expect(response.body).toHaveLength(Number(new URL(page).searchParams.get('limit') ?? 100));
      }
      expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
      return seen;
    };

    const all = await collect('');
    expect(all).toHaveLength(total);
    expect(all.map(({ id }) => id)).toEqual(all.map(({ id }) => id).sort());
    expect(await collect('?ordering=-created&limit=200')).toEqual(all.toReversed());

    const completed = await collect('?completed=true&limit=20');
    expect(completed).toEqual(all.filter((todo) => todo.completed));

    const dates = (await collect('?ordering=date&limit=30')).map(({ date }) => date);
    expect(dates).toEqual(all.map(({ date }) => date).sort());

    const inRange = await collect(
      '?completed=false&date_from=2026-01-05&date_to=2026-01-15&ordering=-date&limit=7',
    );
    expect(inRange).toHaveLength(
      all.filter(({ completed, date }) => !completed && date >= '2026-01-05' && date <= '2026-01-15').length,
    );
  });
});

describe('bad input', () => {
  it('is refused with all its errors at once, and changes nothing', async () => {
    const call = await newUser();
    const bad = { title: ' ', date: '2026-02-30', completed: 'yes', order: '1' };
    const { body: todo } = await call('POST', '/todo', { body: { title: 'Good' } });
    for (const [method, path] of [
      ['POST', '/todo'],
      ['PUT', `/todo/${todo.id}`],
      ['PATCH', `/todo/${todo.id}`],
    ] as const) {
      const response = await call(method, path, { body: bad });
      expectProblem(response, 400);
      expect(Object.keys(response.body.errors).sort()).toEqual(['completed', 'date', 'order', 'title']);
    }
    expect((await call('GET', '/todo')).body).toEqual([todo]);
  });

  it('in a query is refused with the name of each wrong parameter', async () => {
    const call = await newUser();
    const response = await call('GET', '/todo?limit=0&completed=1&date_from=x&ordering=title');
    expectProblem(response, 400);
    expect(Object.keys(response.body.errors).sort()).toEqual(['completed', 'date_from', 'limit', 'ordering']);
    const badCursor = await call('GET', '/todo?cursor=nonsense');
    expectProblem(badCursor, 400);
    expect(badCursor.body.errors).toHaveProperty('cursor');
  });

  it('gets a 400 for bad JSON, a 415 for another media type, and a 413 for a large body', async () => {
    const call = await newUser();
    expectProblem(await call('POST', '/todo', { body: '{"title":' }), 400);
    expectProblem(
      await call('POST', '/todo', { body: 'title=x', headers: { 'Content-Type': 'text/plain' } }),
      415,
    );
    expectProblem(await call('POST', '/todo', { body: { title: 'x'.repeat(70_000) } }), 413);
  });
});
