import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { JWK } from 'jose';
import { UserError } from '../user-error.ts';

/** A private JWK with its kid. */
export type StoredKey = JWK & { readonly kid: string };

/** The keys of the issuer, as the key file keeps them from one run to the next. */
export interface StoredKeys {
  /** The kid of the key that signs. */
  readonly signing: string;
  /** The kids in the JWKS. */
  readonly published: readonly string[];
  readonly keys: readonly StoredKey[];
}

/** The key file exists, but it is not usable. */
export class KeyFileError extends UserError {
  override readonly name = 'KeyFileError';

  constructor(path: string, options: ErrorOptions) {
    super(`${path} has no usable keys: delete it, and the issuer generates new ones.`, options);
  }
}

/**
 * Reads the keys of the issuer. Gives undefined when there is no such file.
 * @throws {KeyFileError} when the content is not that of a key file
 */
export async function readIssuerKeys(path: string): Promise<StoredKeys | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return parseKeys(text);
  } catch (cause) {
    throw new KeyFileError(path, { cause });
  }
}

/**
 * Replaces the key file in one step: after a crash it has the old keys or the new keys, never a part of them.
 * Only the owner can read it.
 */
export async function writeIssuerKeys(path: string, keys: StoredKeys): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(JSON.stringify(keys, null, 2));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

function parseKeys(text: string): StoredKeys {
  const stored: Partial<StoredKeys> = JSON.parse(text);
  const { signing, published, keys } = stored;
  if (typeof signing !== 'string' || !Array.isArray(published) || !Array.isArray(keys)) {
    throw new TypeError('signing, published or keys is missing');
  }
  const kids = new Set(keys.map((key) => key.kid));
  const missing = [signing, ...published].find((kid) => !kids.has(kid));
  if (missing !== undefined) throw new TypeError(`there is no key ${missing}`);
  return { signing, published, keys };
}
