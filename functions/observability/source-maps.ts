import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';

/**
 * Shows the sources in the stack traces of a bundle; infra/build/bundle.ts puts it in front of each. The map is read
 * when the first stack is asked for, which only a failure does: Node.js's own --enable-source-maps reads it at
 * every cold start.
 * Source: https://v8.dev/docs/stack-trace-api (prepareStackTrace).
 */
Error.prepareStackTrace = (error, frames) => [describe(error), ...frames.map(toLine)].join('\n    at ');

let map: SourceMap | undefined;

/** A place in a bundle as the place in the source that it was made of; any other as it is. */
function toLine(frame: NodeJS.CallSite): string {
  const line = frame.getLineNumber();
  const column = frame.getColumnNumber();
  if (frame.getFileName() !== __filename || line === null || column === null) return String(frame);
  try {
    map ??= new SourceMap(JSON.parse(readFileSync(`${__filename}.map`, 'utf8')));
    const entry = map.findEntry(line - 1, column - 1);
    if (!('originalSource' in entry)) return String(frame);
    const source = entry.originalSource.replace(/^(\.\.\/)+/, '');
    const place = `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    const text = String(frame).replace(`${__filename}:${line}:${column}`, place);
    // The logger finds the location of an error by the parentheses, which V8 leaves out beside no name.
    return text === place ? `<anonymous> (${place})` : text;
  } catch {
    return String(frame);
  }
}

/** A stack is asked for whatever was thrown, also an object that cannot be shown. */
function describe(error: Error): string {
  try {
    return String(error);
  } catch {
    return 'Error';
  }
}
