import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A change that a guide shows: lines that are found in a file, and the lines that take their place. */
export interface GuideChange {
  /** The path from the root of the project. */
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

const diffBlock = /^```diff\n--- (\S+)\n([\s\S]*?)^```$/gm;

/** The changes in the `diff` blocks of a guide. `@@` separates the changes of one file. */
export function changesOf(markdown: string): GuideChange[] {
  return [...markdown.matchAll(diffBlock)].flatMap(([, file = '', block = '']) =>
    block.split(/^@@\n/m).map((hunk) => ({
      file,
      before: linesOf(hunk, ' -'),
      after: linesOf(hunk, ' +'),
    })),
  );
}

/** The lines of a hunk that have one of these marks, without the mark. */
function linesOf(hunk: string, marks: string): string {
  return hunk
    .split('\n')
    .filter((line) => line !== '' && marks.includes(line.charAt(0)))
    .map((line) => `${line.slice(1)}\n`)
    .join('');
}

/**
 * Makes a change in a copy of the project.
 * @throws when the lines that the guide shows are not in the file, or stand there more than once
 */
export function applyChange(projectDir: string, { file, before, after }: GuideChange): void {
  const path = join(projectDir, file);
  const parts = `\n${readFileSync(path, 'utf8')}`.split(`\n${before}`);
  if (parts.length !== 2) {
    throw new Error(`${file} must have these lines once, and has them ${parts.length - 1} times:\n${before}`);
  }
  writeFileSync(path, parts.join(`\n${after}`).slice(1));
}
