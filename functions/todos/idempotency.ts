import { createHash } from 'node:crypto';
import { ProblemError } from '../http/problem.ts';
import { parseNewTodo } from './schemas.ts';
import type { Idempotency } from './store.ts';

const visibleAscii = /^[\x20-\x7e]{1,255}$/;
/** Stands for "the day of creation", so that a retry after midnight UTC is still the same request. */
const ANY_DAY = '';

/**
 * Reads an `Idempotency-Key` header. The fingerprint is of what the body says, not of how it is written:
 * a client may well send its members in another order when it tries again.
 * Source: draft-ietf-httpapi-idempotency-key-header.
 * @param body the JSON body, valid for `parseNewTodo`
 * @throws {ProblemError} 400 when the key is not 1 to 255 printable ASCII characters
 */
export function parseIdempotency(header: string | undefined, body: unknown): Idempotency | undefined {
  if (header === undefined) return undefined;
  if (!visibleAscii.test(header)) {
    throw new ProblemError('invalid_request', 'A header is invalid.', {
      fieldErrors: { 'Idempotency-Key': ['must be 1 to 255 printable ASCII characters'] },
    });
  }
  const { title, date, completed, order } = parseNewTodo(body, ANY_DAY);
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([title, date, completed, order]))
    .digest('base64url');
  return { key: header, fingerprint };
}
