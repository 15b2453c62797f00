import { describe, expect, it } from 'vitest';
import { toImage, toListItem, toMarkdown, toText, withResults, withSection } from '../../bench/report.ts';

const table = { title: 'Speed', columns: ['', 'ms'], rows: [['a|b', '1.0']], note: 'On a good day.' };

describe('a table of results', () => {
  it('is aligned for the terminal', () => {
    expect(toText(table)).toBe('Speed\n\n      ms\n---  ---\na|b  1.0\n\nOn a good day.\n');
  });

  it('is a Markdown table with escaped cells', () => {
    expect(toMarkdown(table)).toBe(
      '### Speed\n\n|  | ms |\n| --- | ---: |\n| a\\|b | 1.0 |\n\nOn a good day.\n',
    );
  });
});

describe('the results of a part', () => {
  it('replace its earlier results, and keep all other text', () => {
    const document = '# All\n\n## One\n\nWhy.\n\n<!-- measured: one -->\nold\n<!-- end: one -->\n\nAfter.\n';
    expect(withSection(document, 'one', 'new $& text')).toBe(
      '# All\n\n## One\n\nWhy.\n\n<!-- measured: one -->\n\nnew $& text\n\n<!-- end: one -->\n\nAfter.\n',
    );
  });

  it('get a section at the end when the part is new', () => {
    expect(withSection('# All\n', 'two', 'new')).toBe(
      '# All\n\n## two\n\n<!-- measured: two -->\n\nnew\n\n<!-- end: two -->\n',
    );
  });
});

describe('the results of a part with claims and charts', () => {
  const chart = {
    name: 'speed',
    title: 'Speed',
    kind: 'bars',
    unit: 'ms',
    labels: ['a'],
    series: [{ name: 'time', values: [1] }],
    finding: 'The API [ours] takes 1 ms.',
  } as const;

  it('are in three blocks, and the tables name the machine', () => {
    const block = (name: string) => `<!-- measured: ${name} -->\nold\n<!-- end: ${name} -->\n`;
    const document = ['one claims', 'one charts', 'one'].map(block).join('\n');
    const results = { tables: [table], charts: [chart], claims: [{ figure: '1 ms', text: 'a request' }] };
    expect(withResults(document, { name: 'one', section: 'Speed' }, results, 'Measured on a laptop.')).toBe(
      `<!-- measured: one claims -->

- **1 ms**: a request ([Speed](#speed))

<!-- end: one claims -->

<!-- measured: one charts -->

![The API \\[ours\\] takes 1 ms.](charts/speed.svg)

<!-- end: one charts -->

<!-- measured: one -->

Measured on a laptop.

${toMarkdown(table).trim()}

<!-- end: one -->
`,
    );
  });

  it('link to the section as GitHub names it', () => {
    expect(toListItem({ figure: '2 ×', text: 'the GETs' }, "The tutorial's system")).toBe(
      "- **2 ×**: the GETs ([The tutorial's system](#the-tutorials-system))",
    );
  });

  it('show a chart with its finding as the alternative text', () => {
    expect(toImage(chart)).toBe('![The API \\[ours\\] takes 1 ms.](charts/speed.svg)');
  });
});
