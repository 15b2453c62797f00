import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Issuer } from '../../local/issuer/issuer.ts';
import { UserError } from '../../local/user-error.ts';

const eventsDir = join(import.meta.dirname, '../../../test/events');
const EXTENSION = '.json';

/** The placeholder in an event for an access token of the first demo user. */
const TOKEN_PLACEHOLDER = '<access token>';

/** The events that can be named without a path. */
export const eventNames: readonly string[] = readdirSync(eventsDir)
  .filter((name) => name.endsWith(EXTENSION))
  .map((name) => basename(name, EXTENSION))
  .sort();

/**
 * Reads an event, with its placeholder.
 * @param event the name of a file in test/events, without .json, or a path
 * @throws {UserError} when the event does not exist or is not JSON
 */
export function readEvent(event: string): string {
  const path = event.endsWith(EXTENSION) ? resolve(event) : join(eventsDir, `${event}${EXTENSION}`);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UserError(
      `There is no event ${event}: name one of ${eventNames.join(', ')}, or the path of a .json file.`,
      { cause },
    );
  }
  try {
    JSON.parse(text);
  } catch (cause) {
    throw new UserError(`The event ${path} is not JSON: correct it.`, { cause });
  }
  return text;
}

/**
 * Writes an event that can be sent: its placeholder is replaced by a fresh token.
 * @param text the event, from `readEvent`
 * @returns the path of the event to send
 */
export async function writeEvent(text: string, dataDir: string, issuer: Issuer | undefined): Promise<string> {
  const file = join(dataDir, 'event.json');
  const token = text.includes(TOKEN_PLACEHOLDER) ? await issuer?.mintToken() : undefined;
  writeFileSync(file, token === undefined ? text : text.replaceAll(TOKEN_PLACEHOLDER, token));
  return file;
}
