import { describe, expect, it } from 'vitest';
import { createRequestReader, MAX_BODY_BYTES } from '../../../../functions/http/request.ts';
import { proxyEvent, type RequestOptions } from '../../../support/events.ts';
import { expectProblem, problemOf } from '../../../support/problems.ts';

const read = (options: RequestOptions) => createRequestReader(proxyEvent(options));

describe('a header', () => {
  it('is found by its name, upper or lower case', () => {
    const request = read({ headers: { 'if-match': '"1"' } });
    expect(request.header('If-Match')).toBe('"1"');
    expect(request.header('IF-MATCH')).toBe('"1"');
  });

  it('that is sent several times is a list', () => {
    expect(read({ headers: { 'If-Match': ['"1"', '"2"'] } }).header('if-match')).toBe('"1", "2"');
  });

  it('that is not sent is undefined', () => {
    expect(read({}).header('If-Match')).toBeUndefined();
    for (const multiValueHeaders of [null as never, { 'If-Match': undefined }]) {
      const event = { ...proxyEvent(), multiValueHeaders };
      expect(createRequestReader(event).header('If-Match')).toBeUndefined();
    }
  });
});

describe('the base URL', () => {
  const resource = '/todo/{id}';

  it.each([
    ['/prod/todo/7', '/todo/{id}', 'https://api.example.com/prod'],
    ['/prod/todo/7/', '/todo/{id}', 'https://api.example.com/prod'],
    ['/prod/todo', '/todo', 'https://api.example.com/prod'],
    ['/prod/todo/', '/todo', 'https://api.example.com/prod'],
    ['/todo/', '/todo', 'https://api.example.com'],
    ['/prod', '/', 'https://api.example.com/prod'],
    ['/prod/', '/', 'https://api.example.com/prod'],
    ['/v1/eu', '/', 'https://api.example.com/v1/eu'],
    ['/', '/', 'https://api.example.com'],
    ['/v1/eu/todo/7', '/todo/{id}', 'https://api.example.com/v1/eu'],
  ])('of %s on the route %s is %s', (path, route, baseUrl) => {
    const event = proxyEvent({ resource: route });
    const reader = createRequestReader({ ...event, requestContext: { ...event.requestContext, path } });
    expect(reader.baseUrl).toBe(baseUrl);
  });

  it('has the scheme that the client used, or https', () => {
    expect(read({ resource, headers: { 'X-Forwarded-Proto': 'http' } }).baseUrl).toMatch(/^http:/);
    const { 'X-Forwarded-Proto': _, ...multiValueHeaders } = proxyEvent().multiValueHeaders;
    expect(createRequestReader({ ...proxyEvent(), multiValueHeaders }).baseUrl).toMatch(/^https:/);
  });
});

describe('the query and the path', () => {
  it('keep all values of a repeated parameter', () => {
    expect(read({ query: { limit: ['1', '2'] } }).queryParameters).toEqual({ limit: ['1', '2'] });
  });

  it('are empty when the request has none', () => {
    expect(read({}).queryParameters).toEqual({});
    expect(read({}).pathParameters).toEqual({});
  });
});

describe('the JSON body', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'APPLICATION/JSON',
    'application/json ;charset=utf-8',
    'application/merge-patch+json',
    'application/json; charset=UTF-8',
    'application/json;charset="Utf-8"',
    'application/json; charset=utf8; profile="x"',
    'application/json; profile=latin1',
  ])('is read when it is sent as %s', (contentType) => {
    expect(read({ body: { a: 'ü' }, headers: { 'Content-Type': contentType } }).json()).toEqual({ a: 'ü' });
  });

  it('is read without a content type', () => {
    const { 'Content-Type': _, ...multiValueHeaders } = proxyEvent({ body: {} }).multiValueHeaders;
    expect(createRequestReader({ ...proxyEvent({ body: {} }), multiValueHeaders }).json()).toEqual({});
  });

  it('is read from base64', () => {
    const body = Buffer.from('{"title":"Grüße"}').toString('base64');
    expect(read({ body, isBase64Encoded: true }).json()).toEqual({ title: 'Grüße' });
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'multipart/form-data',
    'text/application/json',
    '',
  ])('is refused when it is sent as %j', (contentType) => {
    const request = read({ body: {}, headers: { 'Content-Type': contentType } });
    expectProblem(() => request.json(), 'unsupported_media_type');
  });

  it.each([
    'iso-8859-1',
    'ISO-8859-1; charset=utf-8',
    'utf-16',
    '"utf-16le"',
    'us-ascii',
    "'utf-8'",
    '"utf-8',
    'utf-8-x',
    '',
  ])('is refused with the charset %j', (charset) => {
    for (const separator of ['=', ' = ']) {
      const headers = { 'Content-Type': `application/json; Charset${separator}${charset}` };
      const { kind, message } = problemOf(() => read({ body: {}, headers }).json());
      expect({ kind, message }).toEqual({
        kind: 'unsupported_media_type',
        message: 'The charset of the body must be UTF-8.',
      });
    }
  });

  it.each([
    ['Latin-1', [0x47, 0x72, 0xfc, 0xdf, 0x65]],
    ['a truncated sequence', [0xe2, 0x82]],
    ['an encoded surrogate', [0xed, 0xa0, 0xbd]],
    ['a character in too many bytes', [0xc0, 0xaf]],
    ['a character above U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['the replacement character', [0xef, 0xbf, 0xbd]],
  ])('is refused when it has bytes that are not UTF-8: %s', (_case, bytes) => {
    const body = Buffer.concat([Buffer.from('{"title":"'), Buffer.from(bytes), Buffer.from('"}')]);
    for (const request of [
      // As API Gateway decodes text, and as it sends what a deployment declares as binary.
      { body: body.toString('utf8') },
      { body: body.toString('base64'), isBase64Encoded: true },
    ]) {
      const { kind, message } = problemOf(() => read(request).json());
      expect({ kind, message }).toEqual({
        kind: 'invalid_request',
        message:
          'The body is not UTF-8, or it has the replacement character U+FFFD. Send this character as \\ufffd.',
      });
    }
  });

  it('can have the replacement character as an escape', () => {
    expect(read({ body: '{"title":"\\ufffd"}' }).json()).toEqual({ title: '\ufffd' });
  });

  it('is read after a byte order mark, which is no part of it', () => {
    expect(read({ body: '\ufeff{"title":"\ufeff"}' }).json()).toEqual({ title: '\ufeff' });
    expectProblem(() => read({ body: '\ufeff\ufeff{}' }).json(), 'invalid_request');
  });

  it.each(['gzip', 'deflate', 'br', 'identity, gzip', ''])(
    'is refused when it is encoded as %j',
    (encoding) => {
      const request = read({ body: {}, headers: { 'Content-Encoding': encoding } });
      expectProblem(() => request.json(), 'unsupported_media_type');
    },
  );

  it('is read with the encoding identity', () => {
    expect(read({ body: {}, headers: { 'Content-Encoding': 'Identity' } }).json()).toEqual({});
  });

  it.each(['', '{', 'undefined', "{'a':1}", '{"a":1}}', '\u0000'])('is refused when it is %j', (body) => {
    expectProblem(() => read({ body }).json(), 'invalid_request');
  });

  it('is refused when it is missing', () => {
    expectProblem(() => read({}).json(), 'invalid_request');
  });

  it('may be as large as the limit in bytes', () => {
    const quoted = (size: number) => `"${'a'.repeat(size - 2)}"`;
    expect(read({ body: quoted(MAX_BODY_BYTES) }).json()).toHaveLength(MAX_BODY_BYTES - 2);
    expectProblem(() => read({ body: quoted(MAX_BODY_BYTES + 1) }).json(), 'content_too_large');
    expectProblem(() => read({ body: `"${'ü'.repeat(MAX_BODY_BYTES / 2)}"` }).json(), 'content_too_large');
    const base64 = Buffer.from(quoted(MAX_BODY_BYTES + 1)).toString('base64');
    expectProblem(() => read({ body: base64, isBase64Encoded: true }).json(), 'content_too_large');
  });

  it.each<[string, RequestOptions]>([
    ['The body must be sent as application/json.', { body: '', headers: { 'Content-Type': 'text/plain' } }],
    ['The body must not be compressed.', { body: '', headers: { 'Content-Encoding': 'gzip' } }],
    ['The body must not be larger than 65536 bytes.', { body: 'a'.repeat(65_537) }],
    ['The body is not valid JSON.', { body: '{' }],
  ])('is refused with a reason: %s', (detail, options) => {
    expect(problemOf(() => read(options).json()).message).toBe(detail);
  });

  it('keeps what the parser found as the cause, for the log', () => {
    expect(problemOf(() => read({ body: '{' }).json()).cause).toMatchObject({
      name: 'JsonError',
      message: 'malformed JSON at position 1',
    });
  });
});
