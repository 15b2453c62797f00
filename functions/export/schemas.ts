import * as z from 'zod/mini';
import { cursorParameter, decodeCursor, foreignCursor } from '../http/cursor.ts';
import { limitParameter, parseQuery } from '../http/query.ts';
import type { QueryParameters } from '../http/query-parameters.ts';
import { kindOf } from '../table.ts';

/** The query of `GET /me/export`, each parameter as the text that it is. */
export const exportQuerySchema = z.object({
  limit: z._default(limitParameter, '200'),
  cursor: cursorParameter,
});

/** A page of an export. */
export interface ExportQuery {
  readonly limit: number;
  /** The sort key that the page begins after; undefined for the first page. */
  readonly after: string | undefined;
}

/**
 * Parses the query of `GET /me/export`.
 * @throws {ProblemError} 400 with all errors of the query
 */
export function parseExportQuery(query: QueryParameters): ExportQuery {
  const { limit, cursor } = parseQuery(exportQuerySchema, query);
  // The cursor is a sort key, and the idempotency key in it may have dots.
  const after = cursor === undefined ? undefined : decodeCursor(cursor)?.join('.');
  if (cursor !== undefined && (after === undefined || kindOf(after) === undefined)) {
    throw foreignCursor();
  }
  return { limit: Number(limit), after };
}
