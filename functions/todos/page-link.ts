import type { RequestReader } from '../http/request.ts';
import { type Cursor, encodeCursor } from './cursor.ts';

/** A `Link` header (RFC 8288) with the absolute address of the next page: the same query, after the cursor. */
export function toNextLink(
  { baseUrl, query }: Pick<RequestReader, 'baseUrl' | 'query'>,
  path: string,
  next: Cursor,
): string {
  const url = new URL(`${baseUrl}${path}`);
  for (const [name, values] of Object.entries(query)) {
    for (const value of values ?? []) url.searchParams.append(name, value);
  }
  url.searchParams.set('cursor', encodeCursor(next));
  return `<${url.href}>; rel="next"`;
}
