import { randomFillSync } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_LENGTH = 10;
const RANDOM_LENGTH = 16;
const canonicalUlid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/**
 * A ULID: 48 bits of time and 80 random bits, in 26 characters that sort by time.
 * Source: https://github.com/ulid/spec
 * @param time milliseconds since the epoch
 */
export function ulid(time: number): string {
  let encodedTime = '';
  for (let rest = time, i = 0; i < TIME_LENGTH; i++) {
    encodedTime = ALPHABET.charAt(rest % 32) + encodedTime;
    rest = Math.floor(rest / 32);
  }
  const random = randomFillSync(new Uint8Array(RANDOM_LENGTH));
  return encodedTime + Array.from(random, (byte) => ALPHABET.charAt(byte % 32)).join('');
}

/** Whether the value is a ULID as `ulid` writes it (upper case). */
export function isUlid(value: string): boolean {
  return canonicalUlid.test(value);
}

/** The time in a ULID, in milliseconds since the epoch. */
export function ulidTime(id: string): number {
  let time = 0;
  for (const character of id.slice(0, TIME_LENGTH)) time = time * 32 + ALPHABET.indexOf(character);
  return time;
}
