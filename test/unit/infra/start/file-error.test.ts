import { describe, expect, it } from 'vitest';
import { explainFileError } from '../../../../infra/start/file-error.ts';

describe('an error of the file system', () => {
  it.each([
    'ENOSPC: no space left on device, write',
    "EDQUOT: disk quota exceeded, open '/data/keys'",
    'Error: Failed to write to output file: open /data/x.js: no space left on device',
  ])('of a full disk says how to get space: %s', (text) => {
    expect(explainFileError(text)).toBe(
      'The disk is full: free some space, or set DATA_DIR to a folder on another disk.',
    );
  });

  it.each([
    ["EROFS: read-only file system, open '/data/keys'", '/data/keys cannot be written (EROFS)'],
    ["EACCES: permission denied, copyfile '/code/a' -> '/data/a'", '/data/a cannot be written (EACCES)'],
    ["EEXIST: file already exists, mkdir '/data/dynamodb'", '/data/dynamodb cannot be written (EEXIST)'],
  ])('of a path names the path: %s', (text, start) => {
    expect(explainFileError(text)).toBe(
      `${start}: correct its permissions or type, or set DATA_DIR to another folder.`,
    );
  });

  it('of too many watched files names the setting of Linux', () => {
    const text = "ENOSPC: System limit for number of file watchers reached, watch '/code'";
    expect(explainFileError(text)).toContain('fs.inotify.max_user_watches');
  });

  it.each(['listen EACCES: permission denied 127.0.0.1:80', 'TypeError: x is not a function'])(
    'is not any other error: %s',
    (text) => {
      expect(explainFileError(text)).toBeUndefined();
    },
  );
});
