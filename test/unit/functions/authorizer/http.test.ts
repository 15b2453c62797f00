import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { AuthorizationServerError } from '../../../../functions/authorizer/errors.ts';
import { fetchJson } from '../../../../functions/authorizer/http.ts';

const MAX_BYTES = 262_144;
const url = 'https://tenant.eu.auth0.com/userinfo?secret=1';

function setUp(response: () => Response | Promise<Response>) {
  const fetch = vi.fn(async (_url: string, _init: RequestInit) => response());
  const onOutcome = vi.fn();
  const get = (headers?: Record<string, string>) =>
    fetchJson(fetch, url, { timeoutMs: 1_500, onOutcome, ...(headers && { headers }) });
  return { fetch, onOutcome, get };
}
const jsonOf = (size: number) => `"${'x'.repeat(size - 2)}"`;

describe('a request for JSON', () => {
  it('accepts JSON, follows no redirect and has a timeout', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout');
    const { fetch, get } = setUp(() => Response.json({ a: 1 }));
    await get({ Authorization: 'Bearer t' });
    expect(fetch).toHaveBeenCalledExactlyOnceWith(url, {
      headers: { Accept: 'application/json', Authorization: 'Bearer t' },
      redirect: 'error',
      signal: timeout.mock.results[0]?.value,
    });
    expect(timeout).toHaveBeenCalledExactlyOnceWith(1_500);
    timeout.mockRestore();
  });

  it('returns the status, the headers and the body', async () => {
    const { get, onOutcome } = setUp(() => Response.json({ a: 'ü' }, { headers: { 'X-Test': '1' } }));
    const { status, headers, body } = await get();
    expect({ status, body, header: headers.get('x-test') }).toEqual({
      status: 200,
      body: { a: 'ü' },
      header: '1',
    });
    expect(onOutcome).toHaveBeenCalledExactlyOnceWith('ok');
  });

  it.each([
    [201, 'failed'],
    [204, 'failed'],
    [404, 'failed'],
    [429, 'rate_limited'],
    [500, 'failed'],
  ])('does not read the body of a response with the status %i: %s', async (status, outcome) => {
    const response = new Response(status === 204 ? null : '{"a":1}', { status, headers: { 'X-Test': '1' } });
    const { get, onOutcome } = setUp(() => response);
    const result = await get();
    expect(result).toMatchObject({ status, body: undefined });
    expect(result.headers.get('x-test')).toBe('1');
    expect(onOutcome).toHaveBeenCalledExactlyOnceWith(outcome);
    expect(await isEnded(response)).toBe(true);
  });

  it.each([401, 403])('reads the error object of a refusal with the status %i', async (status) => {
    const { get, onOutcome } = setUp(() => Response.json({ error: 'unauthorized' }, { status }));
    expect(await get()).toMatchObject({ status, body: { error: 'unauthorized' } });
    expect(onOutcome).toHaveBeenCalledExactlyOnceWith('refused');
  });

  it('keeps a refusal whose body breaks off', async () => {
    const broken = new ReadableStream({
      pull: (controller) => controller.error(new DOMException('timeout', 'TimeoutError')),
    });
    const { get, onOutcome } = setUp(() => new Response(broken, { status: 401 }));
    expect(await get()).toMatchObject({ status: 401, body: undefined });
    expect(onOutcome).toHaveBeenCalledExactlyOnceWith('refused');
  });

  it.each([
    ['text', 'Unauthorized'],
    ['empty', ''],
    ['too large', jsonOf(MAX_BYTES + 1)],
  ])('keeps a refusal whose body is %s', async (_case, text) => {
    const response = new Response(text, { status: 401 });
    const { get, onOutcome } = setUp(() => response);
    expect(await get()).toMatchObject({ status: 401, body: undefined });
    expect(onOutcome).toHaveBeenCalledExactlyOnceWith('refused');
    expect(await isEnded(response)).toBe(true);
  });

  it.each([
    ['no response', () => Promise.reject(new TypeError('fetch failed'))],
    ['no JSON', () => new Response('<html>')],
    ['an empty body', () => new Response(null)],
    ['a body that is too large', () => new Response(jsonOf(MAX_BYTES + 1))],
  ])('throws an error that does not contain the query string: %s', async (_case, response) => {
    const { get, onOutcome } = setUp(response);
    const error = await get().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AuthorizationServerError);
    expect(error).toMatchObject({ message: 'No valid response from /userinfo', cause: expect.any(Error) });
    expect(onOutcome).toHaveBeenCalledExactlyOnceWith('failed');
  });

  it('throws an error that quotes nothing of a body that is not JSON', async () => {
    for (const body of ['{"email":alice@example.com}', '{"email":"alice@example.com"', 'alice@example.com']) {
      const error = await setUp(() => new Response(body))
        .get()
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ cause: { name: 'JsonError' } });
      expect(inspect(error, { showHidden: true, depth: null })).not.toContain('alice');
    }
  });

  it('accepts a body as large as the limit', async () => {
    const { body } = await setUp(() => new Response(jsonOf(MAX_BYTES))).get();
    expect(body).toHaveLength(MAX_BYTES - 2);
  });
});

/** Returns whether the body is fully read or cancelled. Otherwise it would keep its connection open. */
async function isEnded({ body }: Response): Promise<boolean> {
  return body === null || (await body.getReader().read()).done;
}
