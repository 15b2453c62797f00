import { describe, expect, it } from 'vitest';
import { pageHeaders } from '../../../../functions/http/page-link.ts';

const baseUrl = 'https://api.example.com/prod';

describe('the headers of a page', () => {
  it('have no link on the last page', () => {
    expect(pageHeaders({ baseUrl, queryParameters: { limit: ['2'] } }, '/notes', undefined)).toEqual({});
  });

  it('have the absolute URL of the next page', () => {
    expect(pageHeaders({ baseUrl, queryParameters: {} }, '/notes', 'abc')).toEqual({
      Link: '<https://api.example.com/prod/notes?cursor=abc>; rel="next"',
    });
  });

  it('repeat the query of the request, with another cursor', () => {
    const queryParameters = { cursor: ['old', 'older'], limit: ['2'], tag: ['a b', 'ü&>'], empty: undefined };
    expect(pageHeaders({ baseUrl, queryParameters }, '/notes', 'new')).toEqual({
      Link: '<https://api.example.com/prod/notes?cursor=new&limit=2&tag=a+b&tag=%C3%BC%26%3E>; rel="next"',
    });
  });
});
