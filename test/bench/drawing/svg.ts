export const TEXT_SIZE = 13;
export const LINE_HEIGHT = 17;
/** From the middle of a line of text down to its baseline. */
export const TO_BASELINE = 4.5;
/** The widths of characters in a wide system font of this size. An SVG file cannot measure its text. */
const CHARACTER_WIDTH = 8;
const WIDE = { characters: /[A-Zmw%×]/g, width: 10 };
const NARROW = { characters: /[ .,:;'’()/|fijlrt-]/g, width: 5 };

/** A part of a chart, and the height that it takes. */
export interface Drawing {
  readonly svg: string;
  readonly height: number;
}

/** Where a drawing begins, and the space from the left to the right that it has. */
export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => escapes[character] as string);
}

/** Rounds a position, so that a difference that nobody sees does not change the file. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/**
 * Writes an element.
 * @param content XML: its text is escaped
 */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content = '',
): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escapeXml(typeof value === 'number' ? String(round(value)) : value)}"`,
  );
  return content === ''
    ? `<${name}${written.join('')}/>`
    : `<${name}${written.join('')}>${content}</${name}>`;
}

/** Writes a line of text that stands on this position. */
export function text(x: number, y: number, content: string, classes = ''): string {
  return element('text', { x, y, ...(classes && { class: classes }) }, escapeXml(content));
}

export function line(x1: number, y1: number, x2: number, y2: number, classes: string): string {
  return element('line', { x1, y1, x2, y2, class: classes });
}

/** Estimates the width of a line of text. */
export function widthOf(content: string): number {
  const wide = content.match(WIDE.characters)?.length ?? 0;
  const narrow = content.match(NARROW.characters)?.length ?? 0;
  const others = content.length - wide - narrow;
  return wide * WIDE.width + narrow * NARROW.width + others * CHARACTER_WIDTH;
}

/** Breaks a text at spaces into lines of at most so many characters. A longer word gets its own line. */
export function wrap(content: string, characters: number): string[] {
  const lines: string[] = [];
  for (const word of content.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= characters) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Returns a function that formats a value with so many decimal places. */
export function formatter(decimals: number): (value: number) => string {
  return (value) =>
    value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

export function isNumber(value: number | undefined): value is number {
  return value !== undefined;
}
