import { createPublicKey } from 'node:crypto';
import {
  encodePart,
  type Forge,
  type OddKey,
  oddKeyIds,
  paddedDigest,
  trivialExponents,
} from '../token-forge.ts';
import { type Attack, denied, unauthorized } from './attack.ts';

const ofPublishedKey = (kid: OddKey): Attack =>
  unauthorized(`a signature by the published key ${kid}, which is not a key for RS256`, (forge) => {
    const key = forge.oddKeys[kid];
    if (createPublicKey(key).asymmetricKeyType === 'rsa')
      return forge.token({ header: forge.header({ kid }), key });
    return forge.token({ header: forge.header({ kid }) });
  });

/** Key ids that no published key has. The issuer's key signs the token. */
const unknownKeyIds: Readonly<Record<string, (forge: Forge) => string>> = {
  'a path': () => '../../../../dev/null',
  'a path to the code': () => '/var/task/index.mjs',
  SQL: () => "x' UNION SELECT 'secret",
  'a shell command': () => 'key$(curl 127.0.0.1)|/bin/sh',
  'a URL': ({ trapUrl }) => `${trapUrl}/jwks.json`,
  'a template of the gateway': () => '$context.authorizer.principalId',
  'a format string': () => '%s%n{0}',
  'a header line': () => 'x\r\nX-Injected: 1',
  'the right one with a NUL after it': ({ kid }) => `${kid}\0`,
  'the right one in upper case': ({ kid }) => `${kid.toUpperCase()}X`,
  'the right one with a space': ({ kid }) => ` ${kid}`,
  __proto__: () => '__proto__',
  constructor: () => 'constructor',
  'an unpaired surrogate': () => '\ud800',
  '256 characters': () => 'k'.repeat(256),
};

const malformedKeyIds: Readonly<Record<string, (forge: Forge) => unknown>> = {
  null: () => null,
  'a number': () => 0,
  empty: () => '',
  'the right one in an array': ({ kid }) => [kid],
  'an object': ({ kid }) => ({ kid }),
  '257 characters': () => 'k'.repeat(257),
  '5,000 characters': () => 'k'.repeat(5_000),
};

/** Headers that contain a key, or the URL of a key (RFC 7515 §4.1). */
const carriedKeys: Readonly<Record<string, (forge: Forge) => Record<string, unknown>>> = {
  jwk: ({ strangerKey }) => ({ jwk: createPublicKey(strangerKey).export({ format: 'jwk' }) }),
  jku: ({ trapUrl }) => ({ jku: `${trapUrl}/jwks.json` }),
  'jku on a user name of the issuer': ({ trapUrl, issuer }) => ({
    jku: `${trapUrl.replace('://', `://${new URL(issuer).hostname}@`)}/jwks.json`,
  }),
  x5u: ({ trapUrl }) => ({ x5u: `${trapUrl}/certificate.pem` }),
  x5c: ({ strangerKey }) => ({
    x5c: [createPublicKey(strangerKey).export({ type: 'spki', format: 'der' }).toString('base64')],
  }),
};

const forgedSignatures: Readonly<Record<string, (genuine: Buffer) => Buffer>> = {
  'of zeros': (genuine) => Buffer.alloc(genuine.length),
  'of ones': (genuine) => Buffer.alloc(genuine.length, 0xff),
  'of one byte': () => Buffer.alloc(1),
  'with a zero byte before it': (genuine) => Buffer.concat([Buffer.alloc(1), genuine]),
  'with a byte after it': (genuine) => Buffer.concat([genuine, Buffer.alloc(1)]),
  'without its last byte': (genuine) => genuine.subarray(0, -1),
  'in reverse': (genuine) => Buffer.from(genuine).reverse(),
  'of 4,000 bytes': () => Buffer.alloc(4_000, 1),
};

/** RFC 8725 §3.5, §3.6 and §3.10: only strong keys from the issuer's JWKS are used. */
export const keyAttacks: readonly Attack[] = [
  ...oddKeyIds.map(ofPublishedKey),
  ...Object.entries(trivialExponents).map(([kid, name]) =>
    unauthorized(`a signature that anybody can compute, for a published key with ${name}`, (forge) => {
      const input = `${encodePart(forge.header({ kid }))}.${encodePart(forge.claims())}`;
      return `${input}.${paddedDigest(input).toString('base64url')}`;
    }),
  ),
  denied("a stranger's signature under the issuer's key id", 'bad_signature', (forge) =>
    forge.token({ key: forge.strangerKey }),
  ),
  unauthorized("a stranger's signature under its own key id", (forge) =>
    forge.token({ header: forge.header({ kid: 'stranger' }), key: forge.strangerKey }),
  ),
  ...Object.entries(unknownKeyIds).map(([name, kid]) =>
    unauthorized(`a key id that is ${name}`, (forge) =>
      forge.token({ header: forge.header({ kid: kid(forge) }) }),
    ),
  ),
  ...Object.entries(malformedKeyIds).map(([name, kid]) =>
    denied(`a key id that is ${name}`, 'malformed', (forge) =>
      forge.token({ header: forge.header({ kid: kid(forge) }) }),
    ),
  ),
  denied('a key id that is left out', 'missing_key_id', (forge) =>
    forge.token({ header: forge.header({ kid: undefined }) }),
  ),
  ...Object.entries(carriedKeys).flatMap(([name, header]) => [
    denied(`a key by ${name}, under the issuer's key id`, 'bad_signature', (forge) =>
      forge.token({ header: forge.header(header(forge)), key: forge.strangerKey }),
    ),
    unauthorized(`a key by ${name}, under its own key id`, (forge) =>
      forge.token({ header: forge.header({ ...header(forge), kid: 'mine' }), key: forge.strangerKey }),
    ),
  ]),
  ...Object.entries(forgedSignatures).map(([name, change]) =>
    denied(`a signature ${name}`, 'bad_signature', (forge) => {
      const [header, payload, signature = ''] = forge.token().split('.');
      return `${header}.${payload}.${change(Buffer.from(signature, 'base64url')).toString('base64url')}`;
    }),
  ),
  denied('the signature of another token', 'bad_signature', (forge) => {
    const signature = forge.token({ payload: forge.claims({ jti: 'other' }) }).split('.')[2];
    return `${encodePart(forge.header())}.${encodePart(forge.claims())}.${signature}`;
  }),
];
