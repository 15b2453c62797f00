import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectDir } from './local-process.ts';

/** Commands of the runbook to paste. */
export interface RunbookBlock {
  /** The heading of the section. */
  readonly section: string;
  readonly commands: string;
}

export const runbook = readFileSync(join(projectDir, 'infra/RUNBOOK.md'), 'utf8');

/** The blocks of shell commands in the runbook, also those in lists. */
export const runbookBlocks: readonly RunbookBlock[] = runbook.split(/^## /m).flatMap((section) =>
  [...section.matchAll(/^( *)```sh\n([\s\S]*?)^\1```$/gm)].map(([, indent = '', commands = '']) => ({
    section: section.split('\n', 1)[0] ?? '',
    commands: commands.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  })),
);
