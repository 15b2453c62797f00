import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** What an attack on the verification of tokens may use. */
export interface Forge {
  readonly issuer: string;
  readonly audience: string;
  readonly subject: string;
  /** The key id of the issuer's key. */
  readonly kid: string;
  /** The issuer's own: what it signs gets in, unless something else is wrong. */
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** Published, and no good for RS256. Their names are their key ids. */
  readonly oddKeys: Readonly<Record<OddKey, KeyObject>>;
  /** A key pair that the issuer does not know. */
  readonly strangerKey: KeyObject;
  /** An address that records whether it was asked. */
  readonly trapUrl: string;
  /** What the issuer gives to clients beside access tokens. */
  readonly idToken: string;
  readonly refreshToken: string;
  /** A header as the issuer writes it, with changes; an undefined value leaves a member out. */
  header(changes?: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** Claims that get in, with changes. */
  claims(changes?: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** Signs with RS256, by the issuer's key unless another is given. Text is signed as it is. */
  token(parts?: { header?: Part; payload?: Part; key?: KeyObject }): string;
}

/** A segment before its encoding: a text or bytes as they are, anything else as JSON. */
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

/** RSASSA-PKCS1-v1_5 with SHA-256, as RS256 says. */
export function signRs256(signingInput: string, key: KeyObject): string {
  return sign('sha256', Buffer.from(signingInput), key).toString('base64url');
}

/**
 * What RSA takes a signature to with the exponent 1: EMSA-PKCS1-v1_5 (RFC 8017 §9.2) for a key of 2048 bits. So for
 * such a key it is a signature itself.
 */
export function paddedDigest(signingInput: string): Buffer {
  const sha256Info = Buffer.from('3031300d060960864801650304020105000420', 'hex');
  const digest = Buffer.concat([sha256Info, createHash('sha256').update(signingInput).digest()]);
  const padding = Buffer.alloc(256 - 3 - digest.length, 0xff);
  return Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), digest]);
}

/** Public exponents by the key id under which a modulus is published with them. */
export const trivialExponents = { 'rsa-e1': 'the exponent 1', 'rsa-e-even': 'an even exponent' } as const;
const exponents = { 'rsa-e1': 'AQ', 'rsa-e-even': 'AQAA' } as const;

/** Makes keys that an issuer might publish and that RS256 must not be verified with. */
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

/** The odd keys as members of a JWK Set. */
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

/** Completes a forge: the parts that follow from the others. */
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
