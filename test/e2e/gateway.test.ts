import { describe, expect, it } from 'vitest';
import { expectProblem } from '../support/client.ts';
import { anonymous, apiUrl, issuer, newUser } from '../support/target.ts';

describe('the gateway', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/todos'],
    ['GET', '/todo/x/y'],
    ['POST', '/me'],
    ['PUT', '/todo'],
  ])('answers an unknown path or method with a 404 problem: %s %s', async (method, path) => {
    expectProblem(await anonymous(method, path), 404);
  });

  it.each(['/todo', '/todo/', '/todo/01ARZ3NDEKTSV4RRFFQ69G5FAV', '/me'])(
    'answers the preflight of %s',
    async (path) => {
      const answer = await anonymous('OPTIONS', path, {
        headers: {
          Origin: 'https://app.example.com',
          'Access-Control-Request-Method': 'PATCH',
          'Access-Control-Request-Headers': 'authorization,content-type,if-match',
        },
      });
      expect(answer.status).toBe(204);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('access-control-allow-methods')).toContain('PATCH');
      expect(answer.headers.get('access-control-allow-headers')).toMatch(/Authorization.*If-Match/);
    },
  );

  it('lets browsers read the headers that clients need', async () => {
    const { headers } = await (await newUser())('GET', '/todo');
    expect(headers.get('access-control-expose-headers')).toBe('ETag,Link,Location,Retry-After');
  });

  it.runIf(issuer)(
    'serves the stage path, too, and tells addresses under it (the local deployment)',
    async () => {
      const call = await newUser();
      const { body, headers } = await call('POST', '/sandbox/todo/', { body: { title: 'Staged' } });
      expect(body.url).toBe(`${apiUrl}/sandbox/todo/${body.id}`);
      expect(headers.get('location')).toBe(body.url);
      expect((await call('GET', body.url)).body).toEqual(body);
    },
  );
});
