import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toMarkdown } from '../../bench/report.ts';
import { mostTodos, todoBytes } from '../../bench/scaling/item-size.ts';
import { scalingTables } from '../../bench/scaling/part.ts';

it('SCALING.md shows the results of the simulation (npm run bench -- scaling updates it)', {
  tags: 'long',
}, () => {
  const page = readFileSync(new URL('../../bench/SCALING.md', import.meta.url), 'utf8');
  for (const table of scalingTables()) expect(page).toContain(toMarkdown(table).trim());
});

describe('the size of a todo', () => {
  it('grows by four bytes with each character of the title: one in the table, and one in each of its three indexes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999 }), (length) => {
        expect(todoBytes(length + 1) - todoBytes(length)).toBe(4);
      }),
    );
  });

  it('allows a million todos with the longest titles', () => {
    expect(mostTodos(1_000)).toBeGreaterThan(1_000_000);
  });
});
