import { describe, expect, it } from 'vitest';
import { cors } from '../../../../functions/http/cors.ts';
import { toProblemResponse } from '../../../../functions/http/problem.ts';
import { type RouteResponse, toProxyResult } from '../../../../functions/http/response.ts';
import { proxyEvent, REQUEST_ID, type RequestOptions } from '../../../support/events.ts';

const resultFor = (request: RequestOptions, response: RouteResponse) =>
  toProxyResult(proxyEvent(request), response);
const todo: RouteResponse = { status: 200, body: { title: 'ü' }, headers: { ETag: '"1"' } };
const created: RouteResponse = { ...todo, status: 201, headers: { ...todo.headers, Location: '/todo/1' } };

describe('a response', () => {
  it('is sent as JSON', () => {
    const result = resultFor({}, { status: 200, body: { a: ['ü'] } });
    expect(result).toMatchObject({ statusCode: 200, body: '{"a":["ü"]}' });
    expect(result.headers).toMatchObject({ 'Content-Type': 'application/json' });
  });

  it('has no content type without a body', () => {
    const result = resultFor({ method: 'DELETE' }, { status: 204 });
    expect(result).toMatchObject({ statusCode: 204, body: '' });
    expect(result.headers).not.toHaveProperty('Content-Type');
  });

  it('has the headers of the route, CORS headers, and headers against caching and sniffing', () => {
    expect(resultFor({}, { status: 200, headers: { Link: '<x>; rel="next"' } }).headers).toEqual({
      Link: '<x>; rel="next"',
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Expose-Headers': cors.exposeHeaders.join(','),
      'X-Request-Id': REQUEST_ID,
      'Cache-Control': 'no-store',
      Vary: 'Authorization, Accept-Encoding',
      'X-Content-Type-Options': 'nosniff',
    });
  });

  it('allows the origin of the request, if only some origins are allowed', () => {
    const request = proxyEvent({ headers: { origin: 'https://app.example.com' } });
    expect(toProxyResult(request, todo, ['https://app.example.com']).headers).toMatchObject({
      'Access-Control-Allow-Origin': 'https://app.example.com',
      Vary: 'Authorization, Accept-Encoding, Origin',
    });
  });

  it.each<[string, RouteResponse, string]>([
    [
      'with an ETag may be cached by the client, which revalidates it before each use',
      todo,
      'private, no-cache',
    ],
    [
      'with 304 may be cached in the same way',
      { status: 304, headers: { ETag: '"1"' } },
      'private, no-cache',
    ],
    ['without an ETag is never cached', { status: 200, body: [] }, 'no-store'],
    ['with an error is never cached', toProblemResponse(new Error('bug'), REQUEST_ID), 'no-store'],
    [
      'is cached as the Cache-Control header of the route says',
      { status: 200, headers: { 'Cache-Control': 'public, max-age=300' } },
      'public, max-age=300',
    ],
  ])('%s', (_, response, cacheControl) => {
    expect(resultFor({}, response).headers).toMatchObject({ 'Cache-Control': cacheControl });
  });
});

describe('a response of 1 KB or more', () => {
  const text = 'x'.repeat(1_022);
  const encodingOf = (response: RouteResponse) => resultFor({}, response).headers?.['Content-Encoding'];

  it('keeps the bytes that its strong ETag stands for: the gateway compresses only what has no encoding', () => {
    expect(encodingOf({ status: 200, body: text, headers: { ETag: '"1"' } })).toBe('identity');
    expect(encodingOf({ status: 200, body: text.slice(1), headers: { ETag: '"1"' } })).toBeUndefined();
    expect(encodingOf({ status: 200, body: 'ü'.repeat(511), headers: { ETag: '"1"' } })).toBe('identity');
  });

  it('may be compressed with a weak ETag, and without one', () => {
    expect(encodingOf({ status: 200, body: text, headers: { ETag: 'W/"1"' } })).toBeUndefined();
    expect(encodingOf({ status: 200, body: text })).toBeUndefined();
  });
});

describe('HEAD', () => {
  it.each<[string, RouteResponse]>([
    ['a todo', todo],
    ['a list', { status: 200, body: [] }],
    ['a long todo', { ...todo, body: { title: 'x'.repeat(1_000) } }],
    ['an unchanged todo', { status: 304, headers: { ETag: '"1"' } }],
    ['a problem', toProblemResponse(new Error('bug'), REQUEST_ID)],
  ])('has the status and the headers of GET, and no body: %s', (_, response) => {
    const { body, ...rest } = resultFor({ method: 'GET' }, response);
    expect(resultFor({ method: 'HEAD' }, response)).toEqual({ ...rest, body: '' });
  });
});

describe('Prefer: return=minimal', () => {
  const headers = { Prefer: 'return=minimal' };

  it.each(['PUT', 'PATCH'])('changes the response to a %s into a 204 with the ETag', (method) => {
    const result = resultFor({ method, headers }, todo);
    expect(result).toMatchObject({
      statusCode: 204,
      body: '',
      headers: { ETag: '"1"', 'Preference-Applied': 'return=minimal', 'Cache-Control': 'private, no-cache' },
    });
    expect(result.headers).not.toHaveProperty('Content-Type');
  });

  it('keeps the 201 of a POST, with Location and ETag', () => {
    expect(resultFor({ method: 'POST', headers }, created)).toMatchObject({
      statusCode: 201,
      body: '',
      headers: { Location: '/todo/1', ETag: '"1"', 'Preference-Applied': 'return=minimal' },
    });
  });

  it.each<[string, RequestOptions, RouteResponse]>([
    ['a GET', { method: 'GET', headers }, todo],
    ['a problem', { method: 'POST', headers }, toProblemResponse(new Error('bug'), REQUEST_ID)],
    ['a DELETE', { method: 'DELETE', headers }, { status: 204 }],
    ['a write without a body in its response', { method: 'PUT', headers }, { status: 200 }],
    ['another preference', { method: 'PUT', headers: { Prefer: 'return=representation' } }, todo],
    ['no preference', { method: 'PUT' }, todo],
  ])('does not change the response to %s', (_, request, response) => {
    const result = resultFor(request, response);
    expect(result).toMatchObject({
      statusCode: response.status,
      body: response.body === undefined ? '' : JSON.stringify(response.body),
    });
    expect(result.headers).not.toHaveProperty('Preference-Applied');
  });
});
