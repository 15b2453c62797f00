import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** The values that an attack on the verification of tokens can use. */
export interface Forge {
  readonly issuer: string;
  readonly audience: string;
  readonly subject: string;
  /** The key id of the issuer's key. */
  readonly kid: string;
  /** The issuer's private key. A token that it signs is accepted, unless something else is wrong. */
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** Keys that are in the JWKS but must not be used for RS256, by their key ids. */
  readonly oddKeys: Readonly<Record<OddKey, KeyObject>>;
  /** A key pair that the issuer does not know. */
  readonly strangerKey: KeyObject;
  /** The address of a server that records its requests. */
  readonly trapUrl: string;
  /** The other tokens that the issuer gives to clients. */
  readonly idToken: string;
  readonly refreshToken: string;
  /** The header of the issuer, with changes. An undefined value removes a member. */
  header(changes?: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** Valid claims, with changes. An undefined value removes a claim. */
  claims(changes?: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** Signs a token with RS256. Default: the issuer's key, and a valid header and payload. */
  token(parts?: { header?: Part; payload?: Part; key?: KeyObject }): string;
}

/** A segment before base64url. A string and bytes are encoded as they are, any other value as JSON. */
export type Part =
  | string
  | Uint8Array
  | Readonly<Record<string, unknown>>
  | readonly unknown[]
  | number
  | null;

export const oddKeyIds = [
  ...(['rsa-1024', 'rsa-2040', 'rsa-e3', 'rsa-for-rs512', 'rsa-for-encryption'] as const),
  ...(['ec-p256', 'ec-p384', 'ec-p521', 'secp256k1', 'ed25519', 'ed448'] as const),
] as const;
export type OddKey = (typeof oddKeyIds)[number];

export function encodePart(part: Part): string {
  const content = typeof part === 'string' || part instanceof Uint8Array ? part : JSON.stringify(part);
  return Buffer.from(content).toString('base64url');
}

/** Signs with RS256: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3). */
export function signRs256(signingInput: string, key: KeyObject): string {
  return sign('sha256', Buffer.from(signingInput), key).toString('base64url');
}

/**
 * The padded digest of an RSA signature with 2048 bits: EMSA-PKCS1-v1_5 (RFC 8017 §9.2). With the public exponent 1,
 * verification compares the signature itself with this value. So anybody can compute a valid signature.
 */
export function paddedDigest(signingInput: string): Buffer {
  const sha256Info = Buffer.from('3031300d060960864801650304020105000420', 'hex');
  const digest = Buffer.concat([sha256Info, createHash('sha256').update(signingInput).digest()]);
  const padding = Buffer.alloc(256 - 3 - digest.length, 0xff);
  return Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), digest]);
}

/** Descriptions of insecure public exponents, by the ids of their keys in the JWKS. */
export const trivialExponents = { 'rsa-e1': 'the exponent 1', 'rsa-e-even': 'an even exponent' } as const;
const exponents = { 'rsa-e1': 'AQ', 'rsa-e-even': 'AQAA' } as const;

/** Generates keys that an issuer may publish but that must not verify RS256. */
export function generateOddKeys(): Record<OddKey, KeyObject> {
  return {
    'rsa-1024': generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey,
    'rsa-2040': generateKeyPairSync('rsa', { modulusLength: 2040 }).privateKey,
    'rsa-e3': generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).privateKey,
    'rsa-for-rs512': generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
    'rsa-for-encryption': generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
    'ec-p256': generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
    'ec-p384': generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
    'ec-p521': generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey,
    secp256k1: generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey,
    ed25519: generateKeyPairSync('ed25519').privateKey,
    ed448: generateKeyPairSync('ed448').privateKey,
  };
}

/** The JWKs of the odd keys. */
export function toJwks(keys: Readonly<Record<OddKey, KeyObject>>): Record<string, unknown>[] {
  const uses: Partial<Record<OddKey, object>> = {
    'rsa-for-rs512': { alg: 'RS512' },
    'rsa-for-encryption': { use: 'enc' },
  };
  const { kty, n } = createPublicKey(keys['rsa-for-rs512']).export({ format: 'jwk' });
  return [
    ...Object.entries(keys).map(([kid, key]) => ({
      kid,
      ...createPublicKey(key).export({ format: 'jwk' }),
      ...uses[kid as OddKey],
    })),
    ...Object.entries(exponents).map(([kid, e]) => ({ kid, kty, n, e })),
  ];
}

/** Completes a forge with the members that follow from the given ones. */
export function createForge(
  given: Omit<Forge, 'publicKey' | 'strangerKey' | 'header' | 'claims' | 'token'>,
): Forge {
  const { issuer, audience, subject, kid, privateKey } = given;
  const header: Forge['header'] = (changes) => ({ alg: 'RS256', typ: 'JWT', kid, ...changes });
  const claims: Forge['claims'] = (changes) => {
    const now = Math.floor(Date.now() / 1000);
    const valid = { iss: issuer, sub: subject, aud: [audience, `${issuer}userinfo`] };
    return { ...valid, iat: now, exp: now + 3_600, scope: 'openid email', azp: 'client', ...changes };
  };
  return {
    ...given,
    publicKey: createPublicKey(privateKey),
    strangerKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
    header,
    claims,
    token(parts = {}) {
      const input = `${encodePart(parts.header ?? header())}.${encodePart(parts.payload ?? claims())}`;
      return `${input}.${signRs256(input, parts.key ?? privateKey)}`;
    },
  };
}
