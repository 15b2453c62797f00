import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new unguessable, URL-safe value of 256 bits: for codes, tokens and session ids. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** The SHA-256 digest of `text`. */
export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Compares two secrets in a time that tells nothing of where, or in which length, they differ. */
export function secretsEqual(expected: string, presented: string): boolean {
  return timingSafeEqual(sha256(expected), sha256(presented));
}
