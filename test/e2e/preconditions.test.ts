import { afterAll, describe, expect, it } from 'vitest';
import { type Route, routes } from '../../functions/routes.ts';
import type { CallOptions, Client } from '../support/client.ts';
import { resources } from '../support/resources.ts';
import { newUser, requires } from '../support/target.ts';

/**
 * The headers of each column. `etag` is the ETag of the resource, or `"1"` if it has none. `flipped` is the same tag as
 * a weak one, or as a strong one if it is weak.
 */
const columns: Readonly<Record<string, (etag: string, flipped: string) => Record<string, string>>> = {
  none: () => ({}),
  'M=etag': (etag) => ({ 'If-Match': etag }),
  'M=flip': (_etag, flipped) => ({ 'If-Match': flipped }),
  'M=old': () => ({ 'If-Match': '"0"' }),
  'M=*': () => ({ 'If-Match': '*' }),
  'M=bad': () => ({ 'If-Match': 'abc' }),
  'N=etag': (etag) => ({ 'If-None-Match': etag }),
  'N=flip': (_etag, flipped) => ({ 'If-None-Match': flipped }),
  'N=old': () => ({ 'If-None-Match': '"0"' }),
  'N=*': () => ({ 'If-None-Match': '*' }),
  'N=bad': () => ({ 'If-None-Match': 'abc' }),
  both: (etag) => ({ 'If-Match': etag, 'If-None-Match': etag }),
  order: (etag) => ({ 'If-Match': '"0"', 'If-None-Match': etag }),
  date: () => ({ 'If-Unmodified-Since': 'Sat, 29 Oct 1994 19:43:31 GMT' }),
};

/** The status of every route with every precondition. M is If-Match, N is If-None-Match. */
const matrix = `
route                 none M=etag M=flip  M=old    M=*  M=bad N=etag N=flip  N=old    N=*  N=bad   both  order   date
GET /todo              200    400    400    400    400    400    400    400    400    400    400    400    400    200
POST /todo             201    400    400    400    400    400    400    400    400    400    400    400    400    400
DELETE /todo           204    400    400    400    400    400    400    400    400    400    400    400    400    400
GET /todo/{id}         200    200    412    412    200    400    304    304    200    304    400    304    412    200
PUT /todo/{id}         200    200    412    412    200    400    412    412    200    412    400    412    412    400
PATCH /todo/{id}       200    200    412    412    200    400    412    412    200    412    400    412    412    400
DELETE /todo/{id}      204    204    412    412    204    400    412    412    204    412    400    412    412    400
GET /me                200    200    412    412    200    400    304    304    200    304    400    304    412    200
DELETE /me             428    204    412    412    428    400    428    428    428    428    400    412    412    400
GET /me/export         200    400    400    400    400    400    400    400    400    400    400    400    400    200
GET /                  200    412    412    412    200    400    304    304    200    304    400    412    412    200
GET /openapi.json      200    412    412    412    200    400    304    304    200    304    400    412    412    200
GET /docs              200    412    412    412    200    400    304    304    200    304    400    412    412    200
GET /docs/{asset}      200    412    412    412    200    400    304    304    200    304    400    412    412    200
`;

const [header = '', ...literalRows] = matrix.trim().split('\n');
const rowOf = (name: string) => literalRows.find((row) => row.startsWith(`${name} `))?.slice(name.length);
const statuses = (row: string) => row.trim().split(/ +/).map(Number);

/** The statuses of a route that is not in the matrix, such as one of a new resource: those of a route of its kind. */
function rule({ method, headers = [] }: Route): readonly number[] {
  const isRead = method === 'GET';
  const evaluates = headers.includes('If-Match');
  const [, ...others] = statuses(
    rowOf(evaluates ? `${isRead ? 'GET' : 'PUT'} /todo/{id}` : `${isRead ? 'GET' : 'DELETE'} /todo`) ?? '',
  );
  const success = { GET: 200, POST: 201, PUT: 200, PATCH: 200, DELETE: 204 }[method];
  return [success, ...others].map((status) => (status < 300 ? success : status));
}

const printed: string[] = [header];
afterAll(() => {
  process.stdout.write(`\n${printed.join('\n')}\n`);
});

/** The path of the route, with a new item of its resource. */
async function prepare(call: Client, { path }: Route): Promise<string> {
  const resource = resources.find((each) => path.startsWith(each.path));
  const example = resource?.path === '/todo' ? { title: 'Before' } : resource?.create.body.example;
  const created = resource && (await call('POST', resource.path, { body: example }));
  return path.replace('{id}', created?.body.id).replace('{asset}', 'oauth2-redirect.html');
}

/** Everything that is stored about the user. */
const stored = async (call: Client) => (await call('GET', '/me/export')).body;

describe('every route with every precondition', () => {
  requires('an obedient issuer');

  it.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
    '%s',
    async (name, route) => {
      const { method, body } = route;
      let call = await newUser();
      const row: number[] = [];
      for (const headersOf of Object.values(columns)) {
        if (row.at(-1) === 204 && route.id === 'deleteMe') call = await newUser();
        const path = await prepare(call, route);
        const etag = (await call('GET', path)).headers.get('etag') ?? '"1"';
        const headers = headersOf(etag, etag.startsWith('W/') ? etag.slice(2) : `W/${etag}`);
        const options: CallOptions = { headers, ...(body && { body: body.example }) };

        const before = method === 'GET' ? undefined : await stored(call);
        const { status } = await call(method, path, options);
        row.push(status);
        if (method === 'GET') expect((await call('HEAD', path, options)).status, 'HEAD').toBe(status);
        else if (status >= 300)
          expect(await stored(call), `${name} ${JSON.stringify(headers)}`).toEqual(before);
      }
      printed.push(name.padEnd(19) + row.map((status) => String(status).padStart(7)).join(''));
      const literal = rowOf(name);
      expect(row).toEqual(literal === undefined ? rule(route) : statuses(literal));
    },
  );

  it('is documented: the API description has the headers that a route evaluates, and no others', () => {
    for (const { method, path, headers = [] } of routes) {
      const row = rowOf(`${method} ${path}`);
      const evaluates = row === undefined ? undefined : statuses(row)[3] !== 400;
      for (const name of ['If-Match', 'If-None-Match'] as const) {
        if (evaluates !== undefined)
          expect([method, path, headers.includes(name)]).toEqual([method, path, evaluates]);
      }
    }
  });
});
