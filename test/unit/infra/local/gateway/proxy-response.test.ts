import { describe, expect, test } from 'vitest';
import { parseProxyResponse } from '../../../../../infra/local/gateway/proxy-response.ts';

describe('a result', () => {
  test('becomes the response', () => {
    expect(parseProxyResponse({ statusCode: 201, headers: { Location: '/todo/1' }, body: '{}' }, [])).toEqual(
      {
        status: 201,
        headers: [
          ['Location', '/todo/1'],
          ['Content-Type', 'application/json'],
        ],
        body: '{}',
      },
    );
  });

  test('keeps its own content type', () => {
    const headers = { 'content-type': 'text/html' };
    expect(parseProxyResponse({ statusCode: 200, headers }, []).headers).toEqual([
      ['content-type', 'text/html'],
    ]);
  });

  test('may have numbers and booleans as headers, and null for missing members', () => {
    const payload = {
      statusCode: 200,
      headers: { 'Retry-After': 5, 'X-On': true, 'Content-Type': 'a/b' },
      multiValueHeaders: null,
      body: null,
    };
    expect(parseProxyResponse(payload, [])).toEqual({
      status: 200,
      headers: [
        ['Retry-After', '5'],
        ['X-On', 'true'],
        ['Content-Type', 'a/b'],
      ],
      body: '',
    });
  });

  test('has the values of both kinds of headers, each once', () => {
    const payload = {
      statusCode: 200,
      headers: { A: '1', B: '3', 'Content-Type': 'a/b' },
      multiValueHeaders: { A: ['1', '2'] },
    };
    expect(parseProxyResponse(payload, []).headers).toEqual([
      ['A', '1'],
      ['A', '2'],
      ['B', '3'],
      ['Content-Type', 'a/b'],
    ]);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['text', 'ok'],
    ['a list', []],
    ['no status', { body: '' }],
    ['a status of text', { statusCode: '200' }],
    ['a broken status', { statusCode: 200.5 }],
    ['a status that does not exist', { statusCode: 600 }],
    ['an informational status', { statusCode: 101 }],
    ['a body that is an object', { statusCode: 200, body: {} }],
    ['a header that is null', { statusCode: 200, headers: { A: null } }],
    ['a header that is a list', { statusCode: 200, headers: { A: ['b'] } }],
    ['a header with a line break', { statusCode: 200, headers: { A: 'b\r\nC: d' } }],
    ['a header name with a space', { statusCode: 200, headers: { 'A B': 'c' } }],
    ['headers that are a list', { statusCode: 200, headers: [] }],
    ['multi-value headers that are not lists', { statusCode: 200, multiValueHeaders: { A: 'b' } }],
    ['isBase64Encoded that is text', { statusCode: 200, isBase64Encoded: 'true' }],
  ])('is malformed: %s', (_name, payload) => {
    expect(() => parseProxyResponse(payload, [])).toThrow('Malformed Lambda proxy response');
  });
});

describe('reserved headers', () => {
  test.each(['WWW-Authenticate', 'Date', 'Server', 'Connection', 'Content-Length', 'Authorization'])(
    '%s is remapped',
    (name) => {
      const { headers } = parseProxyResponse({ statusCode: 200, headers: { [name]: '1' } }, []);
      expect(headers).toContainEqual([`x-amzn-Remapped-${name}`, '1']);
      expect(headers.map(([sent]) => sent)).not.toContain(name);
    },
  );

  test.each(['Transfer-Encoding', 'Upgrade', 'Host'])('%s is dropped', (name) => {
    const { headers } = parseProxyResponse({ statusCode: 200, headers: { [name]: 'x' } }, []);
    expect(headers).toEqual([['Content-Type', 'application/json']]);
  });
});

describe('a Base64 body', () => {
  const payload = { statusCode: 200, isBase64Encoded: true, body: Buffer.from('png').toString('base64') };

  test('is decoded if the first accepted media type is a binary type of the API', () => {
    expect(parseProxyResponse(payload, ['image/png'], 'image/png, */*').body).toEqual(Buffer.from('png'));
    expect(parseProxyResponse(payload, ['image/*'], 'image/webp').body).toEqual(Buffer.from('png'));
    expect(parseProxyResponse(payload, ['*/*']).body).toEqual(Buffer.from('png'));
  });

  test('is not decoded otherwise', () => {
    expect(parseProxyResponse(payload, ['image/png'], 'text/html, image/png').body).toBe(payload.body);
    expect(parseProxyResponse(payload, [], 'image/png').body).toBe(payload.body);
  });
});
