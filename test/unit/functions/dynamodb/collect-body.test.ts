import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { collectBody } from '../../../../functions/dynamodb/collect-body.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the body of a response', () => {
  it.each([
    ['nothing', []],
    ['one part', ['{"Item":1}']],
    ['several parts', ['{"It', 'em"', ':1}']],
  ])('is collected from %s, and leaves no timer', async (_name, parts) => {
    const body = new PassThrough();
    const collected = collectBody(body, 500);
    for (const part of parts) body.write(part);
    body.end();
    expect(Buffer.from(await collected).toString()).toBe(parts.join(''));
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is rejected with the error of the stream, and leaves no timer', async () => {
    const body = new PassThrough();
    const collected = collectBody(body, 500);
    body.write('{"It');
    body.destroy(new Error('reset'));
    await expect(collected).rejects.toThrow('reset');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is rejected after the timeout if the stream closes without an error', async () => {
    const body = new PassThrough();
    const collected = expect(collectBody(body, 500)).rejects.toMatchObject({ name: 'TimeoutError' });
    body.destroy();
    await vi.advanceTimersByTimeAsync(500);
    await collected;
  });

  it('is rejected after the timeout if it stalls: the connection closes, and the SDK retries', async () => {
    const body = new PassThrough();
    const collected = expect(collectBody(body, 500)).rejects.toMatchObject({ name: 'TimeoutError' });
    body.write('{"It');
    vi.advanceTimersByTime(499);
    expect(body.destroyed).toBe(false);
    vi.advanceTimersByTime(1);
    await collected;
    expect(body.destroyed).toBe(true);
  });
});
