import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The issuer's keys as they are kept between two runs. */
export interface StoredKeys {
  /** The kid of the key that signs. */
  readonly signing: string;
  /** The kids in the JWKS. */
  readonly published: readonly string[];
  /** Private JWKs. */
  readonly keys: readonly Record<string, unknown>[];
}

/** The key file exists but cannot be used. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';

  constructor(path: string, options: ErrorOptions) {
    super(`${path} holds no usable keys; delete it and the issuer makes new ones`, options);
  }
}

/** Reads the keys, or gives undefined when there is no such file; throws `KeyFileError` when it is not a key file. */
export async function readKeyFile(path: string): Promise<StoredKeys | undefined> {
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

/** Replaces the file in one step, so that a crash leaves the old keys or the new ones; only the owner may read it. */
export async function writeKeyFile(path: string, keys: StoredKeys): Promise<void> {
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
