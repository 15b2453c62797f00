import { randomBytes, type webcrypto } from 'node:crypto';
import { exportJWK, generateKeyPair, importJWK, type JSONWebKeySet, type JWK, SignJWT } from 'jose';
import { KeyFileError, readIssuerKeys, type StoredKey, writeIssuerKeys } from './key-file.ts';

export interface RotateOptions {
  /** Adds the new key to the JWKS. The default is true; with false, `publish` adds it later. */
  readonly publish?: boolean;
  /** Keeps the older keys in the JWKS. The default is true; with false, they are revoked. */
  readonly keepOld?: boolean;
}

export interface SigningKeys {
  /** The JWKS that /.well-known/jwks.json serves. */
  publicJwks(): JSONWebKeySet;
  /** The keys whose tokens the issuer itself accepts: the published keys, and the key that signs. */
  trustedJwks(): JSONWebKeySet;
  /**
   * Signs a JWT with the current key, or with the key `kid`. The payload has these claims and no others; a claim
   * that is undefined is left out. `header` replaces parameters of the protected header, except `alg`.
   * @throws {TypeError} when there is no key with that kid
   */
  sign(
    claims: Record<string, unknown>,
    options?: { kid?: string | undefined; header?: Record<string, unknown> | undefined },
  ): Promise<string>;
  /** Generates a key, signs with it from now on, and gives its kid. Forgets the oldest key when there are too many. */
  rotate(options?: RotateOptions): Promise<string>;
  /** Adds the key that signs to the JWKS. */
  publish(): Promise<void>;
}

const algorithm = 'RS256';

/** The most keys that the issuer keeps. A verifier limits the size of the JWKS that it reads. */
const MAX_KEYS = 32;

/** A private key, and its JWK for the key file. */
interface KeyPair {
  readonly privateKey: webcrypto.CryptoKey;
  readonly jwk: StoredKey;
}

/**
 * Reads the RS256 keys of `keyFile`, or generates one if there is no such file. Each change is written to
 * `keyFile`. Without a `keyFile`, the keys are lost when the process ends.
 * @param maxKeys the number of keys, above which a rotation forgets the oldest one
 * @throws {KeyFileError} when the file is not a key file of this issuer
 */
export async function createSigningKeys(keyFile?: string, maxKeys = MAX_KEYS): Promise<SigningKeys> {
  const keys = new Map<string, KeyPair>();
  const published = new Set<string>();
  let signing: string;

  const generate = async () => {
    const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
    const kid = randomBytes(15).toString('base64url');
    keys.set(kid, { privateKey, jwk: { kid, alg: algorithm, ...(await exportJWK(privateKey)) } });
    return kid;
  };

  const forgetOldest = () => {
    for (const kid of [...keys.keys()].slice(0, -maxKeys)) {
      keys.delete(kid);
      published.delete(kid);
    }
  };

  const save = async () => {
    if (keyFile === undefined) return;
    const jwks = [...keys.values()].map(({ jwk }) => jwk);
    await writeIssuerKeys(keyFile, { signing, published: [...published], keys: jwks });
  };

  const jwksOf = (kids: ReadonlySet<string>): JSONWebKeySet => ({
    keys: [...keys.values()].filter(({ jwk }) => kids.has(jwk.kid)).map(({ jwk }) => toPublicJwk(jwk)),
  });

  const stored = keyFile === undefined ? undefined : await loadKeys(keyFile);
  if (stored) {
    signing = stored.signing;
    for (const key of stored.keys) keys.set(key.jwk.kid, key);
    for (const kid of stored.published) published.add(kid);
  } else {
    signing = await generate();
    published.add(signing);
    await save();
  }

  return {
    publicJwks: () => jwksOf(published),
    trustedJwks: () => jwksOf(new Set([...published, signing])),
    async sign(claims, { kid = signing, header } = {}) {
      const key = keys.get(kid);
      if (!key) throw new TypeError(`The issuer has no key ${kid}`);
      return new SignJWT(claims)
        .setProtectedHeader({ typ: 'JWT', kid, ...header, alg: algorithm })
        .sign(key.privateKey);
    },
    async rotate({ publish = true, keepOld = true } = {}) {
      signing = await generate();
      if (!keepOld) published.clear();
      if (publish) published.add(signing);
      forgetOldest();
      await save();
      return signing;
    },
    async publish() {
      published.add(signing);
      await save();
    },
  };
}

function toPublicJwk({ kty, n, e, kid, alg }: JWK): JWK {
  return { kty, n, e, kid, alg, use: 'sig' } as JWK;
}

async function loadKeys(keyFile: string) {
  const stored = await readIssuerKeys(keyFile);
  if (!stored) return undefined;
  try {
    return { ...stored, keys: await Promise.all(stored.keys.map(importKey)) };
  } catch (cause) {
    throw new KeyFileError(keyFile, { cause });
  }
}

async function importKey(jwk: StoredKey): Promise<KeyPair> {
  const key = await importJWK(jwk, algorithm);
  if (!(key instanceof CryptoKey) || key.type !== 'private') {
    throw new TypeError(`The key ${jwk.kid} is not a private key`);
  }
  return { privateKey: key, jwk };
}
