/**
 * Domain errors that stores throw. http/problem.ts maps each to a status. The message is shown to the client as
 * `detail`, so it says what is wrong in one sentence and names nothing internal.
 */

/** The resource does not exist, or it is another user's: the two must look the same. */
export abstract class NotFoundError extends Error {}

/** The headers with which a client names the states that it expects. */
export type PreconditionHeader = 'If-Match' | 'If-None-Match';

/** The resource exists, and it is not in a state that the client expects. */
export abstract class VersionConflictError extends Error {
  /** @param failed the precondition that does not hold */
  constructor(resource: string, failed: PreconditionHeader) {
    super(
      failed === 'If-Match'
        ? `The ${resource} has changed: its ETag is not one of If-Match.`
        : `The ${resource} is in a state that If-None-Match excludes.`,
    );
  }
}

/** The idempotency key came with a different request before. */
export class IdempotencyKeyReusedError extends Error {
  override readonly name = 'IdempotencyKeyReusedError';

  constructor() {
    super('This Idempotency-Key was used with another body.');
  }
}

/** A response of the database is none that it sends. Whether it did what the request asked for is not known. */
export class InvalidResponseError extends Error {
  override readonly name = 'InvalidResponseError';
  /** Lets the AWS SDK repeat the attempt. */
  readonly $retryable = {};
  /** What is wrong with the response. It quotes nothing of it. */
  readonly reason: string;

  constructor(reason: string) {
    super(`The response of the database is not valid: ${reason}.`);
    this.reason = reason;
  }
}

/** The database left out a part of a batch, however often it was sent. A later retry may succeed. */
export class UnfinishedBatchError extends Error {
  override readonly name = 'UnfinishedBatchError';

  constructor() {
    super('The database did not process the whole batch.');
  }
}

/**
 * Whether the database refuses a write because the items of the user have reached their limit of 10 GB. Reads,
 * deletions and writes that make an item smaller are still possible.
 * Source: "Item collection size limit" in the DynamoDB developer guide.
 */
export function isStorageFull(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ItemCollectionSizeLimitExceededException';
}
