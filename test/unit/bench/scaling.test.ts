import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toMarkdown } from '../../bench/report.ts';
import { mostTodos, todoBytes } from '../../bench/scaling/item-size.ts';
import { largestUserRate, rateOfAllUsers, scalingTables } from '../../bench/scaling/part.ts';

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

describe('the largest rate of one user', () => {
  // A partition gives 3,000 read units and 1,000 write units a second.
  it.each([
    ['gets of one read unit', { read: 1, write: 0 }, 3_000],
    ['lists of five read units', { read: 5, write: 0 }, 600],
    ['creates of four write units', { read: 0, write: 4 }, 250],
    ['updates of six write units', { read: 0, write: 6 }, 166],
    ['the requests of an app, which write more than they read', { read: 0.75, write: 1.2 }, 833],
    ['requests that read more than they write', { read: 6, write: 1 }, 500],
  ])('is that of the scarcer unit: %s', (_what, units, rate) => {
    expect(largestUserRate(units)).toBe(rate);
  });

  it('is reached by the busiest of twenty users a request/s, who sends one in 1 + 1/2 + … + 1/20', () => {
    // The twentieth harmonic number is 3.598, so one request a second of all is 0.278 of the busiest.
    expect(rateOfAllUsers(0.27)).toBe(1);
    // The fortieth is 4.279, so two of all are 0.467 of the busiest.
    expect(rateOfAllUsers(0.28)).toBe(2);
    expect(rateOfAllUsers(0.46)).toBe(2);
    expect(rateOfAllUsers(0.47)).toBe(3);
  });
});
