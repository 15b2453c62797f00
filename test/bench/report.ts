import type { ResultTable } from './part.ts';

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
 * Replaces the text between the two marks of a part by its new results. It keeps all other text, such as the comments
 * on the numbers. A part without marks gets a section at the end.
 */
export function withSection(document: string, part: string, results: string): string {
  const block = `${startOf(part)}\n\n${results.trim()}\n\n${endOf(part)}`;
  const start = document.indexOf(startOf(part));
  const end = document.indexOf(endOf(part), start);
  if (start === -1 || end === -1) return `${document.trimEnd()}\n\n## ${part}\n\n${block}\n`;
  return document.slice(0, start) + block + document.slice(end + endOf(part).length);
}
