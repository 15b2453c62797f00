import { crc32 as crc32OfNode } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { crc32 } from '../../../../functions/dynamodb/crc32.ts';

it.each([
  ['123456789', 0xcbf43926],
  ['{}', 2_745_614_147],
  ['', 0],
])('the CRC-32 of %j is %i', (text, checksum) => {
  expect(crc32(Buffer.from(text))).toBe(checksum);
});

it('the CRC-32 of any bytes is that of zlib', { tags: 'random' }, () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void expect(crc32(bytes)).toBe(crc32OfNode(bytes))));
});
