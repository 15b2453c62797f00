import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { compress, decompress } from '../../../../../infra/local/gateway/content-coding.ts';
import { GatewayError } from '../../../../../infra/local/gateway/failures.ts';
import type { HttpResponse } from '../../../../../infra/local/gateway/http-response.ts';

const text = 'a todo '.repeat(100);
const response: HttpResponse = { status: 200, headers: [['ETag', '"1"']], body: text };
const codingOf = ({ headers }: HttpResponse) =>
  headers.find(([name]) => name === 'Content-Encoding')?.[1] ?? 'none';

describe('a response', () => {
  test.each([
    ['gzip', gunzipSync],
    ['deflate', inflateSync],
  ])('is compressed in the coding that the client accepts: %s', async (coding, decode) => {
    const { headers, body } = await compress(response, coding, 0);
    expect(headers).toEqual([
      ['ETag', '"1"'],
      ['Content-Encoding', coding],
    ]);
    expect(decode(body).toString()).toBe(text);
  });

  test.each([
    ['deflate,gzip', 'deflate'],
    ['deflate;q=0.5,gzip;q=1.0', 'gzip'],
    ['gzip;q=1.0,identity;q=0.5,*;q=0', 'gzip'],
    ['GZIP', 'gzip'],
    ['gzip, deflate, br, zstd', 'gzip'],
    ['br, gzip', 'none'],
    ['br;q=1.0, gzip;q=0.8', 'none'],
    ['identity', 'none'],
    ['identity, gzip;q=0.5', 'none'],
    ['gzip;q=0', 'none'],
    ['*', 'none'],
    ['', 'none'],
    [undefined, 'none'],
  ])('for Accept-Encoding %j has the coding %s', async (acceptEncoding, coding) => {
    expect(codingOf(await compress(response, acceptEncoding, 0))).toBe(coding);
  });

  test('is compressed if it has the minimum size in bytes', async () => {
    const umlauts = { ...response, body: 'ü'.repeat(50) };
    expect(codingOf(await compress(umlauts, 'gzip', 101))).toBe('none');
    expect(codingOf(await compress(umlauts, 'gzip', 100))).toBe('gzip');
  });

  test('is unchanged if the API has no compression, if it has no body, or if the function encoded it', async () => {
    expect(await compress(response, 'gzip', undefined)).toBe(response);
    const empty = { ...response, body: '' };
    expect(await compress(empty, 'gzip', 0)).toBe(empty);
    const encoded: HttpResponse = { ...response, headers: [['content-encoding', 'br']] };
    expect(await compress(encoded, 'gzip', 0)).toBe(encoded);
  });
});

describe('the body of a request', () => {
  test.each<[string | undefined, (body: Buffer) => Buffer]>([
    [undefined, (body) => body],
    ['identity', (body) => body],
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['GZip', gzipSync],
  ])('is decoded from %j', async (coding, encode) => {
    expect((await decompress(encode(Buffer.from(text)), coding))?.toString()).toBe(text);
    expect(await decompress(undefined, coding)).toBeUndefined();
  });

  test.each([
    ['an unsupported coding', Buffer.from(text), 'br', 'UNSUPPORTED_MEDIA_TYPE'],
    ['several codings', gzipSync(gzipSync(text)), 'gzip, gzip', 'UNSUPPORTED_MEDIA_TYPE'],
    ['a body that does not match its coding', Buffer.from(text), 'gzip', 'UNSUPPORTED_MEDIA_TYPE'],
    ['a decompression bomb', gzipSync(Buffer.alloc(10 * 1024 * 1024 + 1)), 'gzip', 'REQUEST_TOO_LARGE'],
  ])('is refused: %s', async (_name, body, coding, failure) => {
    const refusal = await decompress(body, coding).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(GatewayError);
    expect(refusal).toMatchObject({ failure });
  });
});
