import { constants, createHash, createHmac, type KeyObject, sign } from 'node:crypto';
import { encodePart, type Forge } from '../token-forge.ts';
import { type Attack, denied } from './attack.ts';

/** Wrong values of `alg`. The issuer's key signs each token with RS256, so only the name is wrong. */
const misnamed: readonly unknown[] = [
  ...[
    'none',
    'None',
    'NONE',
    'nOnE',
    'none ',
    '',
    'rs256',
    'Rs256',
    'RS256 ',
    ' RS256',
    'RS256\0',
    'RSA',
    'RS1',
    'ML-DSA-65',
    'RSA-OAEP-256',
    'dir',
  ],
  ...[undefined, null, 0, true, ['RS256'], { RS256: true }],
];

/** Valid signatures of other algorithms, made with a published key. */
const signatures: Readonly<Record<string, (input: string, forge: Forge) => Buffer>> = {
  RS384: (input, { privateKey }) => sign('sha384', Buffer.from(input), privateKey),
  RS512: (input, { privateKey }) => sign('sha512', Buffer.from(input), privateKey),
  PS256: (input, { privateKey }) => sign('sha256', Buffer.from(input), pss(privateKey)),
  PS384: (input, { privateKey }) => sign('sha384', Buffer.from(input), pss(privateKey)),
  PS512: (input, { privateKey }) => sign('sha512', Buffer.from(input), pss(privateKey)),
  ES256: (input, { oddKeys }) => ecdsa('sha256', input, oddKeys['ec-p256']),
  ES256K: (input, { oddKeys }) => ecdsa('sha256', input, oddKeys.secp256k1),
  ES384: (input, { oddKeys }) => ecdsa('sha384', input, oddKeys['ec-p384']),
  ES512: (input, { oddKeys }) => ecdsa('sha512', input, oddKeys['ec-p521']),
  EdDSA: (input, { oddKeys }) => sign(null, Buffer.from(input), oddKeys.ed25519),
  Ed25519: (input, { oddKeys }) => sign(null, Buffer.from(input), oddKeys.ed25519),
  Ed448: (input, { oddKeys }) => sign(null, Buffer.from(input), oddKeys.ed448),
};

const ecdsa = (hash: string, input: string, key: KeyObject) =>
  sign(hash, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });

const pss = (key: KeyObject) => ({
  key,
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
});

/** Public or guessed values that an attacker can use as the secret of an HMAC. */
const hmacSecrets: Readonly<Record<string, (forge: Forge) => string | Buffer>> = {
  'the public key as SPKI PEM': ({ publicKey }) => publicKey.export({ type: 'spki', format: 'pem' }),
  'the public key as SPKI PEM without the last newline': ({ publicKey }) =>
    publicKey.export({ type: 'spki', format: 'pem' }).toString().trim(),
  'the public key as SPKI PEM with CRLF': ({ publicKey }) =>
    publicKey.export({ type: 'spki', format: 'pem' }).toString().replaceAll('\n', '\r\n'),
  'the public key as SPKI DER': ({ publicKey }) => publicKey.export({ type: 'spki', format: 'der' }),
  'the public key as SPKI DER in base64': ({ publicKey }) =>
    publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  'the public key as SPKI DER in base64url': ({ publicKey }) =>
    publicKey.export({ type: 'spki', format: 'der' }).toString('base64url'),
  'the public key as SPKI DER in hexadecimal': ({ publicKey }) =>
    publicKey.export({ type: 'spki', format: 'der' }).toString('hex'),
  'the public key as PKCS#1 PEM': ({ publicKey }) => publicKey.export({ type: 'pkcs1', format: 'pem' }),
  'the public key as PKCS#1 PEM without the last newline': ({ publicKey }) =>
    publicKey.export({ type: 'pkcs1', format: 'pem' }).toString().trim(),
  'the public key as PKCS#1 PEM with CRLF': ({ publicKey }) =>
    publicKey.export({ type: 'pkcs1', format: 'pem' }).toString().replaceAll('\n', '\r\n'),
  'the public key as PKCS#1 DER in base64': ({ publicKey }) =>
    publicKey.export({ type: 'pkcs1', format: 'der' }).toString('base64'),
  'the public key as PKCS#1 DER': ({ publicKey }) => publicKey.export({ type: 'pkcs1', format: 'der' }),
  'the public key as a JWK': ({ publicKey }) => JSON.stringify(publicKey.export({ format: 'jwk' })),
  'the public key as the published JWK': ({ publicKey, kid }) =>
    JSON.stringify({ kid, ...publicKey.export({ format: 'jwk' }), use: 'sig' }),
  'the thumbprint of the public key (RFC 7638)': ({ publicKey }) => thumbprint(publicKey),
  'the modulus as text': ({ publicKey }) => String(publicKey.export({ format: 'jwk' }).n),
  'the modulus as bytes': ({ publicKey }) =>
    Buffer.from(String(publicKey.export({ format: 'jwk' }).n), 'base64url'),
  'the key id': ({ kid }) => kid,
  'the issuer': ({ issuer }) => issuer,
  'an empty secret': () => '',
  'the word secret': () => 'secret',
};

function thumbprint(key: KeyObject): string {
  const { e, kty, n } = key.export({ format: 'jwk' });
  return createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64url');
}

const signedWith = (forge: Forge, header: object, signature: (input: string) => Buffer): string => {
  const input = `${encodePart(forge.header({ ...header }))}.${encodePart(forge.claims())}`;
  return `${input}.${signature(input).toString('base64url')}`;
};

const hmac = (hash: string, secret: string | Buffer) => (input: string) =>
  createHmac(hash, secret).update(input).digest();

/** RFC 8725 §2.1 and §3.1: the verifier chooses the algorithm, not the token. */
export const algorithmAttacks: readonly Attack[] = [
  ...misnamed.map((alg) =>
    denied(
      `alg ${JSON.stringify(alg) ?? 'left out'}, signed by the issuer`,
      'unsupported_algorithm',
      (forge) => forge.token({ header: forge.header({ alg }) }),
    ),
  ),
  ...Object.entries(signatures).flatMap(([alg, signature]) => [
    denied(`${alg} by a published key`, 'unsupported_algorithm', (forge) =>
      signedWith(forge, { alg }, (input) => signature(input, forge)),
    ),
    denied(`${alg} by a published key, called RS256`, 'bad_signature', (forge) =>
      signedWith(forge, {}, (input) => signature(input, forge)),
    ),
  ]),
  ...Object.entries(hmacSecrets).flatMap(([name, secret]) => [
    denied(`HS256 keyed with ${name}`, 'unsupported_algorithm', (forge) =>
      signedWith(forge, { alg: 'HS256' }, hmac('sha256', secret(forge))),
    ),
    denied(`an HMAC keyed with ${name}, called RS256`, 'bad_signature', (forge) =>
      signedWith(forge, {}, hmac('sha256', secret(forge))),
    ),
  ]),
  ...(['384', '512'] as const).map((bits) =>
    denied(`HS${bits} keyed with the public key`, 'unsupported_algorithm', (forge) =>
      signedWith(
        forge,
        { alg: `HS${bits}` },
        hmac(`sha${bits}`, forge.publicKey.export({ type: 'spki', format: 'pem' })),
      ),
    ),
  ),
  denied('alg none with a stolen signature', 'unsupported_algorithm', (forge) => {
    const [, payload, signature] = forge.token().split('.');
    return `${encodePart({ alg: 'none', typ: 'JWT' })}.${payload}.${signature}`;
  }),
  denied('alg none with no signature', 'unsupported_algorithm', (forge) => {
    return `${encodePart({ alg: 'none', typ: 'JWT' })}.${encodePart(forge.claims())}.`;
  }),
];
