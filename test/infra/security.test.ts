import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectDir } from '../support/local-process.ts';

const text = readFileSync(join(projectDir, 'SECURITY.md'), 'utf8');
const claims = [...text.matchAll(/`(test\/[\w./-]+\.test\.ts)`: ([^|\n]+?)(?: \||\. |\n)/g)].map(
  ([, file = '', words = '']): [file: string, words: string] => [file, words.trim()],
);

describe('SECURITY.md', () => {
  it('names a test for every attack', () => {
    expect(claims.length).toBeGreaterThan(30);
    const rows = text.split('\n').filter((line) => /^\| .* \| .* \| .* \|/.test(line));
    const withoutTest = rows.filter((row) => !row.includes('`test/') && !row.includes('shown by'));
    expect(withoutTest).toEqual([]);
  });

  it.each(claims)('names a test that is there: %s: %s', (file, words) => {
    expect(existsSync(join(projectDir, file))).toBe(true);
    expect(readFileSync(join(projectDir, file), 'utf8')).toContain(words);
  });
});
