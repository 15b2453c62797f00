/**
 * Domain errors that stores throw. http/problem.ts maps each to a status. The message is shown to the client as
 * `detail`, so it says what is wrong in one sentence and names nothing internal.
 */

/** The resource does not exist, or it is another user's: the two must look the same. */
export abstract class NotFoundError extends Error {}

/** The resource exists, and none of the versions that the client expects is its version. */
export abstract class VersionConflictError extends Error {}

/** The idempotency key came with a different request before. */
export class IdempotencyKeyReusedError extends Error {
  override readonly name = 'IdempotencyKeyReusedError';

  constructor() {
    super('This Idempotency-Key was used with another body.');
  }
}
