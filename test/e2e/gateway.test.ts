import { describe, expect, it } from 'vitest';
import { cors } from '../../functions/http/cors.ts';
import { expectProblem } from '../support/client.ts';
import { anonymous, apiUrl, newUser, requires } from '../support/target.ts';

describe('an unknown path or method', () => {
  requires('gateway responses');

  it.each([
    ['GET', '/todos'],
    ['GET', '/todo/x/y'],
    ['POST', '/me'],
    ['PUT', '/todo'],
  ])('is a 404 problem: %s %s', async (method, path) => {
    expectProblem(await anonymous(method, path), 404);
  });
});

describe('a request that API Gateway does not support', () => {
  requires('the limits of API Gateway');

  const refused = {
    type: expect.stringMatching(/#request-refused$/),
    detail: 'The request could not be accepted.',
  };

  it.each(['?completed=true|false', '?ordering={date}'])('is a 400: /todo%s', async (query) => {
    expect(await (await newUser())('GET', `/todo${query}`)).toMatchObject({ status: 400, body: refused });
  });

  it('is a 431 if its headers have more than 10,240 bytes', async () => {
    const headers = { 'X-Large': 'x'.repeat(10_240) };
    expect(await anonymous('GET', '/todo', { headers })).toMatchObject({ status: 431, body: refused });
  });

  it('splits a parameter at a semicolon, so what follows is an unknown parameter', async () => {
    const response = await (await newUser())('GET', '/todo?completed=true;false');
    expectProblem(response, 400);
    expect(response.body.errors).toHaveProperty('false');
  });
});

describe('a preflight', () => {
  requires('preflights');

  it.each(['/todo', '/todo/', '/todo/01ARZ3NDEKTSV4RRFFQ69G5FAV', '/me'])('gets a 204: %s', async (path) => {
    const response = await anonymous('OPTIONS', path, {
      headers: {
        Origin: 'https://app.example.com',
        'Access-Control-Request-Method': 'PATCH',
        'Access-Control-Request-Headers': 'authorization,content-type,if-match',
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(response.headers.get('access-control-allow-headers')).toMatch(
      /Authorization.*If-Match.*traceparent,tracestate,baggage,sentry-trace$/,
    );
    expect(response.headers.get('access-control-max-age')).toBe('7200');
  });
});

describe('a preflight with a Content-Type', () => {
  requires('models of bodies');

  const mediaTypes = [
    'application/json',
    'APPLICATION/JSON; charset=utf-8',
    'application/merge-patch+json',
    'application/x-www-form-urlencoded',
    'application/vnd.example.v1+json',
    'image/png',
    'multipart/form-data; boundary=x',
    'text/plain; charset=utf-8',
    '*/*',
    'x',
    '/',
    ';',
    'text/plain, image/png',
    '$default',
    'a'.repeat(1_000),
  ];

  it.each(
    ['/', '/todo', '/todo/', '/todo/01ARZ3NDEKTSV4RRFFQ69G5FAV', '/me', '/me/export', '/docs'].flatMap(
      (path) => mediaTypes.map((type) => [path, type] as const),
    ),
  )('of any kind gets a 204, and never an error: %s, %s', async (path, type) => {
    const { status, headers } = await fetch(apiUrl + path, {
      method: 'OPTIONS',
      headers: { 'Content-Type': type, Origin: 'https://app.example.com' },
    });
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-allow-methods')).toBe('OPTIONS,GET,PUT,POST,DELETE,PATCH,HEAD');
    expect(headers.get('access-control-allow-headers')).toMatch(/Authorization.*sentry-trace$/);
    expect(headers.get('access-control-max-age')).toBe('7200');
  });

  it.each(['', '{}', '{"a":1}', '[', 'null', '\0'])('gets it with any body too: %j', async (body) => {
    for (const type of ['application/json', 'text/plain']) {
      const options = { method: 'OPTIONS', headers: { 'Content-Type': type }, body };
      expect((await fetch(`${apiUrl}/todo`, options)).status).toBe(204);
    }
  });
});

describe('a body in a coding that API Gateway does not know', () => {
  requires('compression');

  it('is a 415, and nothing is created', async () => {
    const call = await newUser();
    const headers = { 'Content-Encoding': 'br' };
    expectProblem(await call('POST', '/todo', { headers, body: { title: 'Lost' } }), 415);
    expect((await call('GET', '/todo')).body).toEqual([]);
  });
});

describe('a browser', () => {
  it('may read the headers that clients need', async () => {
    const { headers } = await (await newUser())('GET', '/todo');
    expect(headers.get('access-control-expose-headers')).toBe(cors.exposeHeaders.join(','));
  });
});

describe('the address of a todo', () => {
  requires('its own address');

  it('starts with the address that the client called', async () => {
    const { body, headers } = await (await newUser())('POST', '/todo/', { body: { title: 'Addressed' } });
    expect(body.url).toBe(`${apiUrl}/todo/${body.id}`);
    expect(headers.get('location')).toBe(body.url);
  });

  describe('is under the path of the stage', () => {
    requires('the root path');

    it('for a client that called the stage', async () => {
      const call = await newUser();
      const { body, headers } = await call('POST', '/sandbox/todo/', { body: { title: 'Staged' } });
      expect(body.url).toBe(`${apiUrl}/sandbox/todo/${body.id}`);
      expect(headers.get('location')).toBe(body.url);
      expect((await call('GET', body.url)).body).toEqual(body);
    });
  });
});
