import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  formatDeployedKeys,
  parseDeployedKeys,
  parseKeySet,
} from '../../../../functions/authorizer/key-set.ts';

const newKey = (kid: string, changes: object = {}, modulusLength = 2048) => ({
  ...generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' }),
  kid,
  use: 'sig',
  alg: 'RS256',
  ...changes,
});
const good = newKey('good');
const keyIds = (body: unknown) => [...parseKeySet(body).keys()];

describe('a published key', () => {
  it.each([
    ['of less than 2048 bits', newKey('bad', {}, 1024)],
    ['with an exponent of 3', newKey('bad', { e: 'Aw' })],
    ['with an even exponent', newKey('bad', { e: 'AQAC' })],
    ['with a broken modulus', newKey('bad', { n: '' })],
    ['without a modulus', newKey('bad', { n: undefined })],
    ['for encryption', newKey('bad', { use: 'enc' })],
    ['for another algorithm', newKey('bad', { alg: 'RS512' })],
    [
      'of another type',
      {
        ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
        kid: 'bad',
      },
    ],
    ['that is a symmetric key', { kty: 'oct', k: 'c2VjcmV0', kid: 'bad' }],
    ['without a key id', newKey('bad', { kid: undefined })],
    ['with another key type', newKey('bad', { kty: 'EC' })],
    ['with a key id that is not a string', newKey('bad', { kid: 7 })],
    ['that is not an object', 'bad'],
    ['that is null', null],
  ])('%s is ignored', (_name, key) => {
    expect(keyIds({ keys: [key, good] })).toEqual(['good']);
  });

  it('may omit its use and its algorithm', () => {
    const keys = parseKeySet({ keys: [newKey('plain', { use: undefined, alg: undefined })] });
    expect(keys.get('plain')).toMatchObject({ type: 'public', asymmetricKeyType: 'rsa' });
  });
});

describe('a value that is no JWK Set', () => {
  it.each([null, undefined, 7, 'keys', [], {}, { keys: null }, { keys: { 0: good } }])(
    'has no key: %j',
    (body) => {
      expect(keyIds(body)).toEqual([]);
    },
  );
});

describe('the deployed keys', () => {
  const fetchedAt = Date.parse('2026-11-24T12:00:00Z');

  it('are the usable ones, with the members that a verifier needs, and their time in seconds', () => {
    const { n, e } = newKey('b');
    const published = {
      keys: [{ ...newKey('b'), n, e, x5c: ['certificate'], d: 'secret' }, newKey('weak', {}, 1024)],
    };
    expect(
      JSON.parse(formatDeployedKeys({ keys: parseKeySet(published), fetchedAt: fetchedAt + 999 })),
    ).toEqual({
      fetched_at: 1_795_521_600,
      keys: [{ kid: 'b', kty: 'RSA', n, e: 'AQAB' }],
    });
  });

  it('are sorted by their ids, so that the same keys make the same text', () => {
    const [a, b] = [newKey('a'), newKey('b')];
    const format = (...keys: object[]) => formatDeployedKeys({ keys: parseKeySet({ keys }), fetchedAt });
    expect(format(b, a)).toBe(format(a, b));
    expect(JSON.parse(format(b, a)).keys.map(({ kid }: { kid: string }) => kid)).toEqual(['a', 'b']);
  });

  it('are read with their time', () => {
    const text = formatDeployedKeys({ keys: parseKeySet({ keys: [good] }), fetchedAt });
    const read = parseDeployedKeys(text);
    expect(read?.fetchedAt).toBe(fetchedAt);
    expect(read?.keys.get('good')?.export({ format: 'jwk' })).toEqual({ kty: 'RSA', n: good.n, e: 'AQAB' });
  });

  it.each([{}, { fetched_at: 'today' }, { fetched_at: -1 }, { fetched_at: null }])(
    'count as very old without a valid time: %j',
    (time) => {
      expect(parseDeployedKeys(JSON.stringify({ ...time, keys: [good] }))?.fetchedAt).toBe(0);
    },
  );

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{"keys":[]}',
    '{"fetched_at":1795521600,"keys":[{"kid":"a"}]}',
    '{"keys":"x"}',
  ])('are none in %j, and that is no error', (text) => {
    expect(parseDeployedKeys(text)).toBeUndefined();
  });
});
