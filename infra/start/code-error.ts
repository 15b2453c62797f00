import { readFileSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildFailure } from 'esbuild';

/** An error in the code of this project. Lines and columns count from 1. */
export interface CodeError {
  readonly message: string;
  readonly place?: { readonly file: string; readonly line: number; readonly column: number };
}

export const projectDir = join(import.meta.dirname, '../..');

const LINES_AROUND = 2;

const FRAME = /^\s+at (?:.*?\()?(\S+?):(\d+):(\d+)\)?(?: \{)?$/;
const CARETS = /^( *)\^+ *$/;
/** Node.js starts the report of an error that nobody caught with the place of the `throw`. */
const THROWN_AT = /^(file:\/\/\S+|\/\S+|node:\S+):(\d+)$/;
/** A line of the message of an esbuild failure. Its column counts from 0. */
const BUILD_ERROR = /^(\S+):(\d+):(\d+): ERROR: (.*)$/m;

/**
 * Finds the message, and its place in this project, in what a Node.js process printed before it ended. Stack frames of
 * Node.js and of packages are left out.
 */
export function readCodeError(stderr: string): CodeError {
  const lines = stderr.trimEnd().split('\n');
  const firstFrame = lines.findIndex((line) => FRAME.test(line));
  if (firstFrame === -1) return { message: stderr.trim() };
  const head = lines.slice(0, firstFrame);
  const carets = head.findLastIndex((line) => CARETS.test(line));
  const message = head
    .slice(carets + 1)
    .join('\n')
    .trim();

  const [, file, line, column, text] = BUILD_ERROR.exec(message) ?? [];
  if (file && text) {
    return {
      message: text,
      place: { file: toProjectPath(file), line: Number(line), column: Number(column) + 1 },
    };
  }
  const place = firstPlaceInProject(lines.slice(firstFrame)) ?? placeOfThrow(head, carets);
  return { message, ...(place && { place }) };
}

function firstPlaceInProject(frames: readonly string[]): CodeError['place'] {
  for (const frame of frames) {
    const [, location = '', line, column] = FRAME.exec(frame) ?? [];
    const file = toProjectPath(location);
    if (isInProject(file)) return { file, line: Number(line), column: Number(column) };
  }
  return undefined;
}

/** Of code that does not compile there is no frame, only the line and the carets below it. */
function placeOfThrow(head: readonly string[], carets: number): CodeError['place'] {
  const start = head.findLast((line, i) => i < carets && THROWN_AT.test(line));
  const [, location = '', line] = THROWN_AT.exec(start ?? '') ?? [];
  const file = toProjectPath(location);
  const [, indent = ''] = CARETS.exec(head[carets] ?? '') ?? [];
  return isInProject(file) ? { file, line: Number(line), column: indent.length + 1 } : undefined;
}

/** The errors of an esbuild run, or undefined when the error is not one of esbuild. */
export function readBuildFailure(error: unknown): CodeError[] | undefined {
  const errors = (error as Partial<BuildFailure>).errors;
  return errors?.map(({ text, location }) => ({
    message: text,
    ...(location && {
      place: { file: toProjectPath(location.file), line: location.line, column: location.column + 1 },
    }),
  }));
}

/** The error in a few lines: `file:line:column: message`, and the lines of code around the place. */
export function describeCodeError({ message, place }: CodeError): string {
  if (!place) return message;
  const frame = codeFrame(place);
  return [`${place.file}:${place.line}:${place.column}: ${message}`, ...(frame ? ['', frame] : [])].join(
    '\n',
  );
}

function codeFrame({ file, line, column }: NonNullable<CodeError['place']>): string | undefined {
  let code: string[];
  try {
    code = readFileSync(join(projectDir, file), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const first = Math.max(1, line - LINES_AROUND);
  const width = String(line + LINES_AROUND).length;
  return code
    .slice(first - 1, line + LINES_AROUND)
    .flatMap((text, i) => {
      const number = first + i;
      const row = `${number === line ? '>' : ' '} ${String(number).padStart(width)} | ${text}`.trimEnd();
      return number === line ? [row, `  ${' '.repeat(width)} | ${' '.repeat(column - 1)}^`] : [row];
    })
    .join('\n');
}

function toProjectPath(location: string): string {
  const path = location.startsWith('file://') ? fileURLToPath(location) : location;
  return (isAbsolute(path) ? relative(projectDir, path) : path).split(sep).join('/');
}

function isInProject(file: string): boolean {
  return file !== '' && !/^(?:\.\.|node:|native|<)|node_modules\//.test(file);
}
