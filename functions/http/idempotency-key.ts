import { createHash } from 'node:crypto';
import type { Idempotency } from '../dynamodb/idempotency.ts';
import { ProblemError } from './problem.ts';

const printableAscii = /^[\x20-\x7e]{1,255}$/;

/**
 * Reads an `Idempotency-Key` header. The fingerprint is of what the request asks for and not of its bytes: a client
 * may send the members of a body in another order when it tries again.
 * Source: draft-ietf-httpapi-idempotency-key-header.
 * @param operation the id of the route: one key with two operations is a reused key
 * @param fields the parsed body, before defaults that depend on the time
 * @returns undefined without the header
 * @throws {ProblemError} 400 when the key is not 1 to 255 printable ASCII characters
 * @example const idempotency = parseIdempotencyKey(request.header('Idempotency-Key'), 'createNote', fields);
 */
export function parseIdempotencyKey(
  header: string | undefined,
  operation: string,
  fields: object,
): Idempotency | undefined {
  if (header === undefined) return undefined;
  if (!printableAscii.test(header)) {
    throw new ProblemError('invalid_request', 'A header is invalid.', {
      fieldErrors: { 'Idempotency-Key': ['must be 1 to 255 printable ASCII characters'] },
    });
  }
  const sorted = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([operation, sorted]))
    .digest('base64url');
  return { key: header, fingerprint };
}
