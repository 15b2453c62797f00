import type { RequestReader } from './request.ts';

/**
 * The headers of a page: a `Link` (RFC 8288) to the next page, and one to the first. `next` comes first, for clients that
 * read only one link. A list on one page has no `Link`. The addresses are absolute, and have the query of this request
 * with another cursor.
 * @param path the path of the list, such as `/todo`
 * @param cursor where the next page begins; undefined on the last page
 * @example return { status: 200, body, headers: pageHeaders(request, '/notes', next) };
 */
export function pageHeaders(
  { baseUrl, queryParameters }: Pick<RequestReader, 'baseUrl' | 'queryParameters'>,
  path: string,
  cursor: string | undefined,
): Readonly<Record<string, string>> {
  const url = new URL(`${baseUrl}${path}`);
  for (const [name, values] of Object.entries(queryParameters)) {
    for (const value of values ?? []) url.searchParams.append(name, value);
  }
  const isFirst = !url.searchParams.has('cursor');
  if (cursor === undefined && isFirst) return {};
  url.searchParams.delete('cursor');
  const first = `<${url.href}>; rel="first"`;
  if (cursor === undefined) return { Link: first };
  url.searchParams.set('cursor', cursor);
  return { Link: `<${url.href}>; rel="next", ${first}` };
}
