import { globSync } from 'node:fs';
import { projectDir } from './local-process.ts';

/** The paths of the project's Markdown files, from its root. */
export function findDocuments(): string[] {
  const exclude = ['**/node_modules/**', '**/.local/**', '**/cdk.out/**'];
  return globSync(['*.md', '{.github,functions,infra,test}/**/*.md'], { cwd: projectDir, exclude }).sort();
}

const codeBlock = /^( *)```[^\n]*\n[\s\S]*?^\1```$|^ {4}.*$/gm;

/** The anchors of a document's headings, as GitHub makes them. It adds a number to an anchor that repeats. */
export function headingsOf(markdown: string): string[] {
  const counts = new Map<string, number>();
  return [...markdown.replace(codeBlock, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- _]/gu, '')
      .replaceAll(' ', '-');
    const count = counts.get(slug) ?? 0;
    counts.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}

/** The links and images of a document that refer to files of the project. */
export function linksOf(markdown: string): string[] {
  const prose = markdown.replace(codeBlock, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^\w+:/.test(link));
}

/**
 * The names in code style in the first column of a table.
 * @param heading the heading of the section with the table
 * @param title the title of the table's first column
 */
export function namesInTable(markdown: string, heading: string, title = 'setting'): string[] {
  const [, section = ''] =
    new RegExp(`^#+ ${heading}\n([\\s\\S]*?)(?=^#|(?![\\s\\S]))`, 'm').exec(markdown) ?? [];
  const [, rows = ''] = new RegExp(`^\\| ${title} \\|.*\n\\|-.*\n((?:\\|.*\n?)+)`, 'm').exec(section) ?? [];
  return rows
    .split('\n')
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
}
