/** A text that is not JSON. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
}

/**
 * Parses JSON. All code that parses what others wrote uses this function, because the errors of `JSON.parse` quote the
 * text, and so would the log.
 * @throws {JsonError} its message has the position of the fault, if the parser names one, and never the text
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new JsonError(describeSyntaxError(error));
  }
}

/** A message of V8 either has a position at the end of its line, or quotes the text. */
const position = /^[^"]* JSON at position (\d+) \(line \d+ column \d+\)$/m;

/**
 * What an error of `JSON.parse` says without the text that it quotes.
 * @example describeSyntaxError(error) // 'malformed JSON at position 17'
 */
export function describeSyntaxError(error: unknown): string {
  const at = error instanceof SyntaxError ? position.exec(error.message)?.[1] : undefined;
  return at === undefined ? 'malformed JSON' : `malformed JSON at position ${at}`;
}
