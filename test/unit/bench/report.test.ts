import { describe, expect, it } from 'vitest';
import { toMarkdown, toText, withSection } from '../../bench/report.ts';

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
