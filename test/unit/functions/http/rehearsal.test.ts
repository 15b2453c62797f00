import { describe, expect, it, vi } from 'vitest';
import { rehearse } from '../../../../functions/http/rehearsal.ts';
import { parseNewTodo } from '../../../../functions/todos/schemas.ts';

describe('the rehearsal of a route', () => {
  it('runs the parsers of the route on a request with nothing in it', async () => {
    const query = vi.fn(() => ({}));
    const body = vi.fn(() => ({}));
    expect(await rehearse({ query, body })).toBe(200);
    expect(query).toHaveBeenCalledExactlyOnceWith({});
    expect(body).toHaveBeenCalledExactlyOnceWith({});
  });

  it('ends with a response when a parser refuses the request', async () => {
    expect(await rehearse({ body: parseNewTodo })).toBe(400);
  });

  it('ends with a response when a parser fails', async () => {
    const query = () => {
      throw new TypeError('a bug');
    };
    expect(await rehearse({ query })).toBe(500);
  });

  it('sends no body to a route that takes none', async () => {
    expect(await rehearse({})).toBe(200);
  });
});
