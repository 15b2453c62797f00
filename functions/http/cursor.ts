import * as z from 'zod/mini';
import type { ProblemError } from './problem.ts';
import { invalidQuery } from './query-parameters.ts';

/**
 * The text of a cursor: the place in a list that a page begins after. It is opaque, so that clients do not come to
 * rely on its parts. It names no user: the token says whose list it is.
 * @param parts what finds the place again. `decodeCursor` splits at dots, so a part that can have dots stands alone.
 * @example encodeCursor([note.id])
 */
export function encodeCursor(parts: readonly string[]): string {
  return Buffer.from(parts.join('.')).toString('base64url');
}

/**
 * The parts of a cursor.
 * @returns undefined when `encodeCursor` did not write the text
 */
export function decodeCursor(text: string): readonly string[] | undefined {
  const parts = Buffer.from(text, 'base64url').toString('utf8').split('.');
  // Node.js ignores characters that it does not know, and replaces bytes that are not UTF-8.
  return encodeCursor(parts) === text ? parts : undefined;
}

/**
 * The id in the cursor of a list that is ordered by id.
 * @throws {ProblemError} 400 when the text is no such cursor
 * @example const after = parseIdCursor(query.cursor, isUlid);
 */
export function parseIdCursor(text: string | undefined, isId: (text: string) => boolean): string | undefined {
  if (text === undefined) return undefined;
  const [id, ...rest] = decodeCursor(text) ?? [];
  if (id === undefined || rest.length > 0 || !isId(id)) throw foreignCursor();
  return id;
}

/** The error for a cursor of another list, or for a text that is none. */
export function foreignCursor(): ProblemError {
  return invalidQuery(foreignCursorErrors);
}

const reason = 'is not a cursor of this list: take it from the Link header';

export const foreignCursorErrors = { cursor: [reason] } as const;

/** A query parameter that says where a page begins. `decodeCursor` reads it. */
export const cursorParameter = z.optional(
  z.string().check(z.minLength(1, reason), z.maxLength(1_000, reason)),
);
