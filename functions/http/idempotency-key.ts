import { createHash } from 'node:crypto';
import type { Idempotency } from '../dynamodb/idempotency.ts';
import { refusedHeader } from './preconditions.ts';

const printableAscii = /^[\x20-\x7e]{1,255}$/;

/**
 * Reads an `Idempotency-Key` header. Source: draft-ietf-httpapi-idempotency-key-header.
 * @returns undefined without the header
 * @throws {ProblemError} 400 when the key is not 1 to 255 printable ASCII characters
 */
export function parseIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined || printableAscii.test(header)) return header;
  throw refusedHeader('Idempotency-Key', 'must be 1 to 255 printable ASCII characters');
}

/**
 * What a key stands for. The fingerprint is of what the request asks for and not of its bytes: a client may send the
 * members of a body in another order when it tries again.
 * @param operation the id of the route: one key with two operations is a reused key
 * @param fields the parsed body, before defaults that depend on the time
 * @example const idempotency = toIdempotency(request.idempotencyKey, 'createNote', request.body);
 */
export function toIdempotency(key: string, operation: string, fields: object): Idempotency {
  const sorted = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([operation, sorted]))
    .digest('base64url');
  return { key, fingerprint };
}
