import { isUlid } from '../dynamodb/ulid.ts';

/** A place in a list: after this todo, in this order. It names no user: whose list it is, the token says. */
export type Cursor =
  | { readonly orderBy: 'created'; readonly id: string }
  | { readonly orderBy: 'date'; readonly id: string; readonly date: string };

const day = /^\d{4}-\d{2}-\d{2}$/;

/** Clients get a cursor as opaque text, so that they do not come to rely on what is in it. */
export function encodeCursor(cursor: Cursor): string {
  const parts = cursor.orderBy === 'date' ? [cursor.id, cursor.date] : [cursor.id];
  return Buffer.from(parts.join('.')).toString('base64url');
}

/** @returns undefined when the text was not written by `encodeCursor` */
export function decodeCursor(text: string): Cursor | undefined {
  const bytes = Buffer.from(text, 'base64url');
  // Node's decoder passes over characters that it does not know.
  if (bytes.toString('base64url') !== text) return undefined;

  const [id, date, ...rest] = bytes.toString('latin1').split('.');
  if (id === undefined || !isUlid(id) || rest.length > 0) return undefined;
  if (date === undefined) return { orderBy: 'created', id };
  return day.test(date) ? { orderBy: 'date', id, date } : undefined;
}
