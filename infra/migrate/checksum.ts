import { createHash } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** An item as the DynamoDB API has it. */
export type StoredItem = Record<string, AttributeValue>;

/** The number of items, and a checksum that depends on their contents and not on their order. */
export interface Fingerprint {
  readonly count: number;
  readonly checksum: string;
}

const BITS = 256;

/** Takes items one by one, and gives their fingerprint. The checksum is the sum of the items' SHA-256 digests. */
export function createFingerprint() {
  let count = 0;
  let sum = 0n;
  return {
    add(item: StoredItem): void {
      count += 1;
      sum += BigInt(`0x${createHash('sha256').update(canonicalItem(item)).digest('hex')}`);
    },
    get(): Fingerprint {
      return {
        count,
        checksum: BigInt.asUintN(BITS, sum)
          .toString(16)
          .padStart(BITS / 4, '0'),
      };
    },
  };
}

/** A text that is the same for equal items, in whatever order an engine gives their attributes and sets. */
export function canonicalItem(item: StoredItem): string {
  return JSON.stringify(canonicalMap(item));
}

function canonicalMap(map: StoredItem): unknown {
  return Object.keys(map)
    .sort()
    .map((name) => [name, canonicalValue(map[name] as AttributeValue)]);
}

function canonicalValue(value: AttributeValue): unknown {
  if (value.N !== undefined) return { N: canonicalNumber(value.N) };
  if (value.NS !== undefined) return { NS: value.NS.map(canonicalNumber).sort() };
  if (value.SS !== undefined) return { SS: [...value.SS].sort() };
  if (value.B !== undefined) return { B: toBase64(value.B) };
  if (value.BS !== undefined) return { BS: value.BS.map(toBase64).sort() };
  if (value.L !== undefined) return { L: value.L.map(canonicalValue) };
  if (value.M !== undefined) return { M: canonicalMap(value.M) };
  return value;
}

const toBase64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

/** DynamoDB writes a number in its own way: `1e+2` comes back as `100`. The digits and their exponent are the same. */
function canonicalNumber(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const power = Number(exponent) - fraction.length + (digits.length - significant.length);
  return `${sign === '-' ? '-' : ''}${significant}e${power}`;
}
