import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

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

export type OddKey = 'rsa-1024' | 'rsa-e3' | 'rsa-for-rs512' | 'rsa-for-encryption' | 'ec-p256' | 'ed25519';

export function encodePart(part: Part): string {
  const content = typeof part === 'string' || part instanceof Uint8Array ? part : JSON.stringify(part);
  return Buffer.from(content).toString('base64url');
}

/** RSASSA-PKCS1-v1_5 with SHA-256, as RS256 says. */
export function signRs256(signingInput: string, key: KeyObject): string {
  return sign('sha256', Buffer.from(signingInput), key).toString('base64url');
}

/** Makes keys that an issuer might publish and that RS256 must not be verified with. */
export function generateOddKeys(): Record<OddKey, KeyObject> {
  return {
    'rsa-1024': generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey,
    'rsa-e3': generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).privateKey,
    'rsa-for-rs512': generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
    'rsa-for-encryption': generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
    'ec-p256': generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
    ed25519: generateKeyPairSync('ed25519').privateKey,
  };
}

/** The odd keys as members of a JWK Set. */
export function toJwks(keys: Readonly<Record<OddKey, KeyObject>>): Record<string, unknown>[] {
  const uses: Partial<Record<OddKey, object>> = {
    'rsa-for-rs512': { alg: 'RS512' },
    'rsa-for-encryption': { use: 'enc' },
  };
  return Object.entries(keys).map(([kid, key]) => ({
    kid,
    ...createPublicKey(key).export({ format: 'jwk' }),
    ...uses[kid as OddKey],
  }));
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
