import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A random value of 256 bits in base64url, for codes, tokens and session ids. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** The SHA-256 digest of `text`. */
export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Compares two secrets. The duration does not depend on where they differ, or on their lengths. */
export function secretsEqual(expected: string, presented: string): boolean {
  return timingSafeEqual(sha256(expected), sha256(presented));
}
