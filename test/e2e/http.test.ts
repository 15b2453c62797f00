import { beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../functions/routes.ts';
import { type ApiResponse, type Client, expectProblem } from '../support/client.ts';
import { resources } from '../support/resources.ts';
import { anonymous, newUser, requires } from '../support/target.ts';

let call: Client;
let todoPath: string;
beforeAll(async () => {
  call = await newUser();
  const { body } = await call('POST', '/todo', { body: { title: 'Habitual' } });
  todoPath = `/todo/${body.id}`;
});

/** The headers that are the same in every response. */
function lastingHeaders({ headers }: ApiResponse): Record<string, string> {
  const perRequest =
    /^(date|x-request-id|x-amz.*|content-(length|encoding)|transfer-encoding|connection|keep-alive|age|via)$/;
  return Object.fromEntries([...headers].filter(([name]) => !perRequest.test(name)));
}

describe('HEAD', () => {
  const paths = routes.filter(({ method }) => method === 'GET').map(({ path }) => path);

  it.each(paths)('has the status and the headers of GET, and no body: %s', async (route) => {
    const resource = resources.find(({ path }) => route === `${path}/{id}`);
    const created = resource && (await call('POST', resource.path, { body: resource.create.body.example }));
    const path = route.replace('{id}', created?.body.id).replace('{asset}', 'oauth2-redirect.html');
    const [get, head] = [await call('GET', path), await call('HEAD', path)];
    expect(get.status).toBe(200);
    expect(head).toMatchObject({ status: 200, body: '' });
    expect(lastingHeaders(head)).toEqual(lastingHeaders(get));
  });

  const expectErrorOfGet = async (client: Client, status: number) => {
    const path = '/todo/01ARZ3NDEKTSV4RRFFQ69G5FAV';
    const [get, head] = [await client('GET', path), await client('HEAD', path)];
    expectProblem(get, status);
    expect(head).toMatchObject({ status, body: '' });
    expect(lastingHeaders(head)).toEqual(lastingHeaders(get));
  };

  it('has the status and the headers of an error of GET, and no body', () => expectErrorOfGet(call, 404));

  describe('has the status and the headers of GET', () => {
    requires('gateway responses');

    it('when the gateway refuses the request', () => expectErrorOfGet(anonymous, 401));
  });

  it('returns a 304 if If-None-Match has the ETag', async () => {
    const etag = (await call('HEAD', todoPath)).headers.get('etag') ?? '';
    expect((await call('HEAD', todoPath, { headers: { 'If-None-Match': etag } })).status).toBe(304);
  });
});

describe('caches', () => {
  it('may store a todo for its user and must revalidate it, and may store no other response', async () => {
    const kept = async (method: string, path: string, options = {}) =>
      (await call(method, path, options)).headers.get('cache-control');
    expect(await kept('GET', todoPath)).toBe('private, no-cache');
    expect(await kept('GET', '/todo')).toBe('no-store');
    expect(await kept('GET', '/todo?limit=0')).toBe('no-store');
    expect(await kept('DELETE', '/todo/nothing')).toBe('no-store');
  });

  it('learn from Vary that a response is for one token and one content coding', async () => {
    const { headers } = await call('GET', todoPath);
    expect(headers.get('vary')).toBe('Authorization, Accept-Encoding');
  });

  describe('get the same headers', () => {
    requires('gateway responses');

    it('when the gateway refuses the request', async () => {
      const { headers } = await anonymous('GET', '/todo');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('vary')).toBe('Authorization, Accept-Encoding');
    });
  });
});

describe('Prefer: return=minimal', () => {
  const headers = { Prefer: 'return=minimal' };

  it('leaves out the body of a successful write', async () => {
    const created = await call('POST', '/todo', { body: { title: 'A' }, headers });
    expect(created).toMatchObject({ status: 201, body: '' });
    const url = created.headers.get('location') ?? '';
    expect((await call('GET', url)).body).toMatchObject({ title: 'A' });

    const replaced = await call('PUT', url, { body: { title: 'B' }, headers });
    const changed = await call('PATCH', url, {
      body: { completed: true },
      headers: { ...headers, 'If-Match': replaced.headers.get('etag') ?? '' },
    });
    for (const response of [replaced, changed]) expect(response).toMatchObject({ status: 204, body: '' });
    for (const response of [created, replaced, changed])
      expect(response.headers.get('preference-applied')).toBe('return=minimal');
    const after = await call('GET', url);
    expect(after.body).toMatchObject({ title: 'B', completed: true });
    expect(after.headers.get('etag')).toBe(changed.headers.get('etag'));
  });

  it('keeps the body of an error', async () => {
    expectProblem(await call('POST', '/todo', { body: {}, headers }), 400);
    expectProblem(await call('PATCH', '/todo/nothing', { body: {}, headers }), 404);
  });
});

describe('compression', () => {
  requires('compression');
  const accepting = (coding: string) => ({ headers: { 'Accept-Encoding': coding } });

  it('applies to a list of a few todos, in a coding that the client accepts', async () => {
    const lister = await newUser();
    for (let i = 0; i < 4; i++) await lister('POST', '/todo', { body: { title: `Todo ${i}` } });
    const plain = await lister('GET', '/todo', accepting('identity'));
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(Number(plain.headers.get('content-length'))).toBeGreaterThan(1_024);
    for (const coding of ['gzip', 'deflate']) {
      const compressed = await lister('GET', '/todo', accepting(coding));
      expect(compressed.headers.get('content-encoding')).toBe(coding);
      expect(compressed.body).toEqual(plain.body);
    }
  });

  // A strong ETag must differ between content codings (RFC 9110, section 8.8.3.3).
  it('does not apply to a response with a strong ETag', async () => {
    const { body } = await call('POST', '/todo', { body: { title: '\u0001'.repeat(1_000) } });
    const todo = await call('GET', `/todo/${body.id}`, accepting('gzip'));
    expect(todo.body).toEqual(body);
    expect(todo.headers.get('content-encoding')).toBe('identity');
  });
});
