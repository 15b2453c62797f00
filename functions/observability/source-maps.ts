import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';

/**
 * Shows the sources in the stack traces of a bundle. infra/build/bundle.ts puts this code in front of each bundle. It
 * reads the map when the first stack is needed, so only after a failure. The --enable-source-maps of Node.js reads the
 * map at every cold start.
 * Source: https://v8.dev/docs/stack-trace-api (prepareStackTrace).
 */
Error.prepareStackTrace = (error, frames) => [describe(error), ...frames.map(toLine)].join('\n    at ');

let map: SourceMap | undefined;

/** Maps a place in the bundle to its place in the source. Any other place stays as it is. */
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
    // The logger finds the location of an error by its parentheses. V8 leaves them out when there is no name.
    return text === place ? `<anonymous> (${place})` : text;
  } catch {
    return String(frame);
  }
}

/** Anything can be thrown, also an object that has no text. */
function describe(error: Error): string {
  try {
    return String(error);
  } catch {
    return 'Error';
  }
}
