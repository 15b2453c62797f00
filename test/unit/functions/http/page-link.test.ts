import { describe, expect, it } from 'vitest';
import { pageHeaders } from '../../../../functions/http/page-link.ts';

const baseUrl = 'https://api.example.com/prod';

describe('the headers of a page', () => {
  it('have no link if it is the only page', () => {
    expect(pageHeaders({ baseUrl, queryParameters: { limit: ['2'] } }, '/notes', undefined)).toEqual({});
  });

  it('have the absolute URLs of the next page and of the first', () => {
    expect(pageHeaders({ baseUrl, queryParameters: {} }, '/notes', 'abc')).toEqual({
      Link: '<https://api.example.com/prod/notes?cursor=abc>; rel="next", <https://api.example.com/prod/notes>; rel="first"',
    });
  });

  it('have only the first page on the last page', () => {
    const queryParameters = { cursor: ['abc'], limit: ['2'] };
    expect(pageHeaders({ baseUrl, queryParameters }, '/notes', undefined)).toEqual({
      Link: '<https://api.example.com/prod/notes?limit=2>; rel="first"',
    });
  });

  it('repeat the query of the request, with another cursor', () => {
    const queryParameters = { cursor: ['old', 'older'], limit: ['2'], tag: ['a b', 'ü&>'], empty: undefined };
    const query = 'limit=2&tag=a+b&tag=%C3%BC%26%3E';
    expect(pageHeaders({ baseUrl, queryParameters }, '/notes', 'new')).toEqual({
      Link: `<https://api.example.com/prod/notes?${query}&cursor=new>; rel="next", <https://api.example.com/prod/notes?${query}>; rel="first"`,
    });
  });
});
