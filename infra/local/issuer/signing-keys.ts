import { randomBytes } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import type { OAuth2Issuer } from 'oauth2-mock-server';
import { KeyFileError, readKeyFile, type StoredKeys, writeKeyFile } from './key-file.ts';

export interface RotateOptions {
  /** Whether the new key joins the JWKS at once (the default), or only by `publish`. */
  readonly publish?: boolean;
  /** Whether the keys of before stay in the JWKS (the default), or are revoked. */
  readonly keepOld?: boolean;
}

export interface SigningKeys {
  /** What /.well-known/jwks.json serves. */
  publicJwks(): JSONWebKeySet;
  /** The keys whose tokens the issuer itself takes: the published ones and the one that signs. */
  trustedJwks(): JSONWebKeySet;
  /**
   * Signs a JWT of exactly these claims (a claim that is undefined is left out), with the current key or the
   * key `kid`. `header` is merged last, save for `alg`. Throws when there is no key of that kid.
   */
  sign(
    claims: Record<string, unknown>,
    options?: { kid?: string | undefined; header?: Record<string, unknown> | undefined },
  ): Promise<string>;
  /** Makes a new key, signs with it from now on, and gives its kid. */
  rotate(options?: RotateOptions): Promise<string>;
  /** Puts the key that signs into the JWKS. */
  publish(): Promise<void>;
}

/**
 * Makes the RS256 keys of `issuer`: those of `keyFile` if it exists, else a new one. With a `keyFile` every
 * change is kept there. Throws `KeyFileError` when the file is not one of ours.
 */
export async function createSigningKeys(issuer: OAuth2Issuer, keyFile?: string): Promise<SigningKeys> {
  const published = new Set<string>();
  let signing: string;

  const generate = async () => {
    const key = await issuer.keys.generate('RS256', { kid: randomBytes(15).toString('base64url') });
    return key.kid;
  };

  const save = async () => {
    if (keyFile === undefined) return;
    await writeKeyFile(keyFile, { signing, published: [...published], keys: issuer.keys.toJSON(true) });
  };

  const jwksOf = (kids: ReadonlySet<string>): JSONWebKeySet => ({
    keys: issuer.keys
      .toJSON()
      .filter((key) => kids.has(key.kid))
      .map((key) => ({ ...key, use: 'sig' })),
  });

  const stored = keyFile === undefined ? undefined : await loadKeys(issuer, keyFile);
  if (stored) {
    signing = stored.signing;
    for (const kid of stored.published) published.add(kid);
  } else {
    signing = await generate();
    published.add(signing);
    await save();
  }

  return {
    publicJwks: () => jwksOf(published),
    trustedJwks: () => jwksOf(new Set([...published, signing])),
    sign: (claims, options = {}) =>
      issuer.buildToken({
        kid: options.kid ?? signing,
        scopesOrTransform: (header, payload) => {
          // oauth2-mock-server starts from an `nbf`, which Auth0's tokens don't have.
          Object.assign(payload, { nbf: undefined }, claims);
          Object.assign(header, options.header);
        },
      }),
    async rotate({ publish = true, keepOld = true } = {}) {
      signing = await generate();
      if (!keepOld) published.clear();
      if (publish) published.add(signing);
      await save();
      return signing;
    },
    async publish() {
      published.add(signing);
      await save();
    },
  };
}

async function loadKeys(issuer: OAuth2Issuer, keyFile: string): Promise<StoredKeys | undefined> {
  const stored = await readKeyFile(keyFile);
  if (!stored) return undefined;
  try {
    for (const key of stored.keys) await issuer.keys.add(key);
  } catch (cause) {
    throw new KeyFileError(keyFile, { cause });
  }
  return stored;
}
