import { describe, expect, it } from 'vitest';
import { IdempotencyKeyReusedError } from '../../../functions/errors.ts';

describe('a reused idempotency key', () => {
  it('says what is wrong, and names nothing internal', () => {
    const error = new IdempotencyKeyReusedError();
    expect(error.name).toBe('IdempotencyKeyReusedError');
    expect(error.message).toBe('This Idempotency-Key was used with another body.');
  });
});
