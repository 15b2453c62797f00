import { createHmac, generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto';

/** An RSA key of an issuer, with its id. */
export interface SigningKey {
  readonly kid: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  /** The public key as a member of a JWK Set. */
  readonly jwk: JsonWebKey & { readonly kid: string };
}

export function createSigningKey(kid: string, modulusLength = 2048): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' };
  return { kid, publicKey, privateKey, jwk };
}

type Sign = (input: string) => Buffer;

/** A JWS in compact form (RFC 7515 §7.1) with exactly this header and payload, valid or not. */
export function compactJws(header: object, payload: unknown, signature: Sign): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${signature(input).toString('base64url')}`;
}

export const signRs256 =
  ({ privateKey }: SigningKey): Sign =>
  (input) =>
    sign('sha256', Buffer.from(input), privateKey);

/** The attack of RFC 8725 §2.1: an HMAC whose secret is the public key. */
export const signHs256WithPublicKey =
  ({ publicKey }: SigningKey): Sign =>
  (input) =>
    createHmac('sha256', publicKey.export({ type: 'spki', format: 'pem' }))
      .update(input)
      .digest();

export const unsigned: Sign = () => Buffer.alloc(0);

/** Signs a token with RS256. Its header has the id of the key. */
export function signToken(key: SigningKey, claims: object, header: object = {}): string {
  return compactJws({ alg: 'RS256', typ: 'JWT', kid: key.kid, ...header }, claims, signRs256(key));
}
