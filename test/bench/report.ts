import type { Chart, Claim, Part, Results, ResultTable } from './part.ts';

/** Formats a table for the terminal. The first column is aligned to the left, the others to the right. */
export function toText({ title, columns, rows, note }: ResultTable): string {
  const widths = columns.map((column, i) =>
    Math.max(column.length, ...rows.map((row) => (row[i] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return `${[title, '', line(columns), rule, ...rows.map(line), ...(note ? ['', note] : [])].join('\n')}\n`;
}

/** Formats a table as Markdown. */
export function toMarkdown({ title, columns, rows, note }: ResultTable): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = columns.map((_, i) => (i === 0 ? '---' : '---:'));
  return `${[`### ${title}`, '', line(columns), line(rule), ...rows.map(line), ...(note ? ['', note] : [])].join('\n')}\n`;
}

const startOf = (part: string) => `<!-- measured: ${part} -->`;
const endOf = (part: string) => `<!-- end: ${part} -->`;

/**
 * Replaces the text between two marks by new results. It keeps all other text, such as the comments on the numbers.
 * Results without marks get a section at the end.
 */
export function withSection(document: string, part: string, results: string): string {
  const block = `${startOf(part)}\n\n${results.trim()}\n\n${endOf(part)}`;
  const start = document.indexOf(startOf(part));
  const end = document.indexOf(endOf(part), start);
  if (start === -1 || end === -1) return `${document.trimEnd()}\n\n## ${part}\n\n${block}\n`;
  return document.slice(0, start) + block + document.slice(end + endOf(part).length);
}

/** Formats a claim as an item of a list, with a link to the section of its tables. */
export function toListItem({ figure, text }: Claim, section: string): string {
  const anchor = section
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\- _]/gu, '')
    .replaceAll(' ', '-');
  return `- **${figure}**: ${text} ([${section}](#${anchor}))`;
}

/** Shows a chart with its finding as the alternative text. */
export function toImage({ name, finding }: Chart): string {
  return `![${finding.replace(/[[\]]/g, '\\$&')}](${chartFile(name)})`;
}

/** The path of a chart, from the folder of the benchmark. */
export function chartFile(name: string): string {
  return `charts/${name}.svg`;
}

/** Replaces the tables, the charts and the claims of a part by new ones. Each has its own marks. */
export function withResults(
  document: string,
  { name, section }: Pick<Part, 'name' | 'section'>,
  { tables, charts = [], claims = [] }: Results,
  heading?: string,
): string {
  const blocks = {
    [name]: [...(heading ? [heading] : []), ...tables.map(toMarkdown)].join('\n\n'),
    ...(charts.length > 0 && { [`${name} charts`]: charts.map(toImage).join('\n\n') }),
    ...(claims.length > 0 && {
      [`${name} claims`]: claims.map((claim) => toListItem(claim, section)).join('\n'),
    }),
  };
  return Object.entries(blocks).reduce(
    (text, [block, results]) => withSection(text, block, results),
    document,
  );
}
