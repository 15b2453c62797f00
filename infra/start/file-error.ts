/** What the operating system refuses: https://nodejs.org/api/errors.html (common system errors). */
const watcherLimit = /ENOSPC: System limit for number of file watchers/;
const fullDisk = /\b(?:ENOSPC|EDQUOT)\b|no space left on device|disk quota exceeded/i;
const refusedPath = /\b(EACCES|EEXIST|EISDIR|ENOTDIR|EPERM|EROFS): [^\n]*, \w+ (?:'[^']*' -> )?'([^']+)'/;

/**
 * Explains the message of an error of the file system, such as `EROFS: read-only file system, open '/data/keys'`.
 * @returns one sentence that says what to do, or undefined when the text is about something else
 */
export function explainFileError(text: string): string | undefined {
  if (watcherLimit.test(text)) {
    return 'Linux refuses to watch more files: raise the limit with "sudo sysctl fs.inotify.max_user_watches=524288".';
  }
  if (fullDisk.test(text)) {
    return 'The disk is full: free some space, or set DATA_DIR to a folder on another disk.';
  }
  const [, code, path] = refusedPath.exec(text) ?? [];
  if (path === undefined) return undefined;
  return `${path} cannot be written (${code}): correct its permissions or type, or set DATA_DIR to another folder.`;
}
