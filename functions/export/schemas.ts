import * as z from 'zod/mini';
import { decodeCursor, foreignCursorErrors } from '../http/cursor.ts';
import { invalidQuery, limitParameter, parseQuery, type QueryParameters } from '../http/query.ts';
import type { DescribedSchema, NamedSchema } from '../http/schema.ts';
import { kindOf } from '../table.ts';

const exportQuerySchema = z.object({
  limit: z._default(limitParameter, '200'),
  cursor: z.optional(z.string()),
});

const idempotencyRecordSchema = z.object({ key: z.string(), expires_at: z.iso.datetime() });

/** An idempotency record as clients see it. */
export type IdempotencyRecordRepresentation = Readonly<z.infer<typeof idempotencyRecordSchema>>;

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
  const after = cursor === undefined ? undefined : decodeCursor(cursor)?.join('.');
  if (cursor !== undefined && (after === undefined || kindOf(after) === undefined)) {
    throw invalidQuery(foreignCursorErrors);
  }
  return { limit: Number(limit), after };
}

export const exportQuery = {
  schema: exportQuerySchema,
  members: {
    limit: {
      description: 'The most items on the page, of all kinds together.',
      type: 'integer',
      minimum: 1,
      maximum: 200,
      default: 200,
    },
    cursor: { description: 'Where the page begins. Take it from the `Link` header.' },
  },
} satisfies DescribedSchema<typeof exportQuerySchema>;

export const idempotencyRecord = {
  name: 'IdempotencyRecord',
  schema: idempotencyRecordSchema,
  members: {
    key: { description: 'The `Idempotency-Key` that a client sent.' },
    expires_at: { description: 'When the key is forgotten.' },
  },
} satisfies NamedSchema<typeof idempotencyRecordSchema>;
