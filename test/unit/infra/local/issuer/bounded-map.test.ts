import { expect, it } from 'vitest';
import { BoundedMap } from '../../../../../infra/local/issuer/bounded-map.ts';

it('keeps the newest entries, as many as it may', () => {
  const map = new BoundedMap<number, string>(3);
  for (let i = 0; i < 100; i++) map.set(i, `value ${i}`);
  expect([...map.keys()]).toEqual([97, 98, 99]);
});

it('does not grow when an entry is set again', () => {
  const map = new BoundedMap<string, number>(2).set('a', 1).set('b', 1);
  map.set('a', 2);
  expect([...map]).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
});
