import { describe, expect, it } from 'vitest';
import { closestName } from '../../../../functions/http/closest-name.ts';

const known = ['limit', 'cursor', 'completed', 'date_from', 'date_to', 'ordering'];

describe('the closest name', () => {
  it.each([
    ['complete', 'completed'],
    ['complted', 'completed'],
    ['Completed', 'completed'],
    ['completed[]', 'completed'],
    [' completed', 'completed'],
    ['dateFrom', 'date_from'],
    ['date-to', 'date_to'],
    ['limits', 'limit'],
    ['order', 'ordering'],
    ['orderin', 'ordering'],
    ['date', 'date_to'],
  ])('of %j is %s', (name, meant) => {
    expect(closestName(name, known)).toBe(meant);
  });

  it.each(['page', 'offset', 'q', '', 'lim', '__proto__', 'constructor', 'x'.repeat(8_000)])(
    'does not exist for %j',
    (name) => {
      expect(closestName(name, known)).toBeUndefined();
    },
  );
});
