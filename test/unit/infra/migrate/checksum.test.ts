import { describe, expect, it } from 'vitest';
import { canonicalItem, createFingerprint, type StoredItem } from '../../../../infra/migrate/checksum.ts';

function fingerprintOf(...items: StoredItem[]) {
  const fingerprint = createFingerprint();
  for (const item of items) fingerprint.add(item);
  return fingerprint.get();
}

const milk = { pk: { S: 'USER#ann' }, title: { S: 'Buy milk' } };
const bread = { pk: { S: 'USER#ann' }, title: { S: 'Buy bread' } };

describe('the fingerprint of items', () => {
  it('has their number, and a sum of SHA-256 digests', () => {
    expect(fingerprintOf()).toEqual({ count: 0, checksum: '0'.repeat(64) });
    expect(fingerprintOf({ pk: { S: 'a' } })).toEqual({
      count: 1,
      // printf '[["pk",{"S":"a"}]]' | sha256sum
      checksum: 'a6f1a096dee459c3cf67945e455fceec5ef67fda2adc2321ad687d357a04bb6a',
    });
  });

  it('does not depend on the order of items, attributes and sets', () => {
    expect(fingerprintOf(milk, bread)).toEqual(fingerprintOf(bread, { title: milk.title, pk: milk.pk }));
    expect(canonicalItem({ a: { SS: ['x', 'y'] }, b: { NS: ['1', '20'] } })).toBe(
      canonicalItem({ b: { NS: ['2e1', '1.0'] }, a: { SS: ['y', 'x'] } }),
    );
  });

  it.each<[string, StoredItem[], StoredItem[]]>([
    ['a changed value', [milk], [bread]],
    ['a missing item', [milk, bread], [milk]],
    ['an item in place of another one', [milk, bread], [milk, milk]],
    ['another type', [{ a: { S: '1' } }], [{ a: { N: '1' } }]],
    ['another number', [{ a: { N: '1.5' } }], [{ a: { N: '15' } }]],
    ['another sign', [{ a: { N: '1' } }], [{ a: { N: '-1' } }]],
    [
      'a list in another order',
      [{ a: { L: [{ S: 'x' }, { S: 'y' }] } }],
      [{ a: { L: [{ S: 'y' }, { S: 'x' }] } }],
    ],
    ['a changed member of a map', [{ a: { M: { b: { S: 'x' } } } }], [{ a: { M: { b: { S: 'y' } } } }]],
    ['other bytes', [{ a: { B: Buffer.from('x') } }], [{ a: { B: Buffer.from('y') } }]],
  ])('changes with %s', (_name, before, after) => {
    expect(fingerprintOf(...before).checksum).not.toBe(fingerprintOf(...after).checksum);
  });

  it.each([
    ['100', '1e+2'],
    ['0', '-0.00'],
    ['0.001', '1E-3'],
    ['-12.50', '-1.25e1'],
    ['123456789012345678901234567890', '12345678901234567890123456789e1'],
  ])('takes %s and %s for the same number', (a, b) => {
    expect(canonicalItem({ a: { N: a } })).toBe(canonicalItem({ a: { N: b } }));
  });
});
