import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Issuer } from '../../local/issuer/issuer.ts';
import { UserError } from '../../local/user-error.ts';

const eventsDir = join(import.meta.dirname, '../../../test/events');

/** The placeholder in an event for an access token of the first demo user. */
const TOKEN_PLACEHOLDER = '<access token>';

/**
 * Writes an event that can be sent: its placeholder is replaced by a fresh token.
 * @param event the name of a file in test/events, without .json, or a path
 * @returns the path of the event to send
 * @throws {UserError} when the event does not exist
 */
export async function writeEvent(
  event: string,
  dataDir: string,
  issuer: Issuer | undefined,
): Promise<string> {
  const text = readEvent(event);
  const file = join(dataDir, 'event.json');
  const token = text.includes(TOKEN_PLACEHOLDER) ? await issuer?.mintToken() : undefined;
  writeFileSync(file, token === undefined ? text : text.replaceAll(TOKEN_PLACEHOLDER, token));
  return file;
}

function readEvent(event: string): string {
  const path = event.endsWith('.json') ? resolve(event) : join(eventsDir, `${event}.json`);
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UserError(
      `The event ${path} does not exist: name one of test/events, such as list-todos, or the path of a .json file.`,
      { cause },
    );
  }
}
