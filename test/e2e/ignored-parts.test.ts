import { describe, expect, it } from 'vitest';
import { type Route, routes } from '../../functions/routes.ts';
import { type Client, expectProblem } from '../support/client.ts';
import { resources } from '../support/resources.ts';
import { newUser } from '../support/target.ts';

const table = routes.map((route) => [`${route.method} ${route.path}`, route] as const);

/** A client that has an item of each resource, and the path of a route that may be about one of them. */
async function prepare({ path }: Route): Promise<{ call: Client; path: string }> {
  const call = await newUser();
  let id = '';
  for (const { path: collection, create } of resources) {
    const { body } = await call('POST', collection, { body: create.body.example });
    if (path.startsWith(collection)) id = body.id;
  }
  return { call, path: path.replace('{id}', id).replace('{asset}', 'oauth2-redirect.html') };
}

/** Everything that is stored about the user. */
const stored = async (call: Client) => (await call('GET', '/me/export')).body;

describe('a query parameter that a route does not have', () => {
  it.each(table)('is a 400 that names it, and changes nothing: %s', async (_name, route) => {
    const { call, path } = await prepare(route);
    const before = await stored(call);
    const response = await call(route.method, `${path}?pagee=2&%5F%5Fproto%5F%5F=x`, {
      ...(route.body && { body: route.body.example }),
    });
    expectProblem(response, 400);
    expect(response.body.errors).toMatchObject({ pagee: ['is no parameter of this route'] });
    expect(Object.keys(response.body.errors).sort()).toEqual(['__proto__', 'pagee']);
    expect(await stored(call)).toEqual(before);
  });

  it.each([
    ['GET', '/todo?complete=true', 'complete', 'completed'],
    ['DELETE', '/todo?Completed=true', 'Completed', 'completed'],
    ['GET', '/todo?dateFrom=2026-01-01', 'dateFrom', 'date_from'],
    ['GET', '/me/export?limits=1', 'limits', 'limit'],
    ['GET', '/docs/oauth2-redirect.html?sate=x', 'sate', 'state'],
  ])('is a 400 with the name that was meant: %s %s', async (method, path, name, meant) => {
    const response = await (await newUser())(method, path);
    expectProblem(response, 400);
    expect(response.body.errors).toEqual({
      [name]: [`is no parameter of this route: did you mean ${meant}?`],
    });
  });
});

describe('a query parameter of the API description', () => {
  it.each(table.filter(([, { query }]) => query))('is one that the route has: %s', async (_name, route) => {
    const { call, path } = await prepare(route);
    for (const name of Object.keys(route.query?.members ?? {})) {
      const { body } = await call('GET', `${path}?${name}=`);
      expect(JSON.stringify(body)).not.toContain('is no parameter of this route');
    }
  });
});

describe('a body of a route that takes none', () => {
  it.each(table.filter(([, { method, body }]) => method !== 'GET' && !body))(
    'is a 400, and nothing is changed: %s',
    async (_name, route) => {
      const { call, path } = await prepare(route);
      const etag = (await call('GET', path)).headers.get('etag');
      const before = await stored(call);
      for (const body of [{ completed: true }, { ids: [] }, {}, 'text', ' ']) {
        const response = await call(route.method, path, {
          body,
          ...(etag !== null && { headers: { 'If-Match': etag } }),
        });
        expectProblem(response, 400);
        expect(response.body.detail).toBe('This route takes no body.');
      }
      expect(await stored(call)).toEqual(before);
    },
  );
});

describe('text', () => {
  const json = { 'Content-Type': 'application/json' };

  it.each<[string, object, number]>([
    ['charset=iso-8859-1', { 'Content-Type': 'application/json; charset=iso-8859-1' }, 415],
    ['charset=utf-16', { 'Content-Type': 'application/json; charset="UTF-16"' }, 415],
    ['charset=UTF-8', { 'Content-Type': 'application/json; Charset="UTF-8"' }, 201],
  ])('is read as UTF-8, and with no other charset: %s', async (_name, headers, status) => {
    const response = await (await newUser())('POST', '/todo', {
      headers: { ...headers },
      body: '{"title":"é"}',
    });
    expect(response.status).toBe(status);
  });

  it('may begin with a byte order mark', async () => {
    const response = await (await newUser())('POST', '/todo', { headers: json, body: '\ufeff{"title":"é"}' });
    expect(response).toMatchObject({ status: 201, body: { title: 'é' } });
  });

  it('must not escape a lone surrogate', async () => {
    const response = await (await newUser())('POST', '/todo', {
      headers: json,
      body: '{"title":"a\\ud83d"}',
    });
    expectProblem(response, 400);
    expect(response.body.errors).toEqual({ title: ['must be well-formed Unicode'] });
  });
});
