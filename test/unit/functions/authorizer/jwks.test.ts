import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AuthorizationServerError, NotYetAcceptableError } from '../../../../functions/authorizer/errors.ts';
import type { Fetch } from '../../../../functions/authorizer/http.ts';
import { createKeySource } from '../../../../functions/authorizer/jwks.ts';
import { createLogRecorder } from '../../../support/log.ts';

const newKey = (kid: string, changes: object = {}, modulusLength = 2048) => ({
  ...generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' }),
  kid,
  use: 'sig',
  alg: 'RS256',
  ...changes,
});
const [oldKey, nextKey] = [newKey('old'), newKey('next')];
const keySet = (...keys: object[]) => Response.json({ keys });

/** Creates a key source, with its recorded requests and a clock that the test can advance. */
function setUp({
  response,
  deployedKeys,
}: {
  response: () => Response | Promise<Response>;
  deployedKeys?: object;
}) {
  const world = { time: 1_000_000, requests: [] as { url: string; init: RequestInit }[], response };
  const fetch: Fetch = async (url, init) => {
    world.requests.push({ url, init });
    return world.response();
  };
  const log = createLogRecorder();
  const findKey = createKeySource({
    issuer: 'https://tenant.eu.auth0.com/',
    fetch,
    now: () => world.time,
    log,
    deployedKeys,
  });
  return { world, findKey, log: log.entries };
}

describe('deployed keys', () => {
  it('need no request', async () => {
    const { world, findKey } = setUp({ response: () => keySet(), deployedKeys: { keys: [oldKey] } });
    expect((await findKey('old')).asymmetricKeyType).toBe('rsa');
    expect(world.requests).toEqual([]);
  });

  it('are fetched again after an hour, so that a withdrawn key is no longer trusted', async () => {
    const { world, findKey } = setUp({ response: () => keySet(nextKey), deployedKeys: { keys: [oldKey] } });
    world.time += 3_599_999;
    await findKey('old');
    expect(world.requests).toEqual([]);
    world.time += 1;
    await expect(findKey('old')).rejects.toBeInstanceOf(NotYetAcceptableError);
    await expect(findKey('next')).resolves.toBeDefined();
    expect(world.requests).toHaveLength(1);
  });

  it('remain valid while the issuer is not reachable, with one request per cooldown', async () => {
    const { world, findKey } = setUp({
      response: () => Promise.reject(new TypeError('fetch failed')),
      deployedKeys: { keys: [oldKey] },
    });
    world.time += 3_600_000;
    for (let i = 0; i < 5; i++) await expect(findKey('old')).resolves.toBeDefined();
    expect(world.requests).toHaveLength(1);
    world.time += 29_999;
    await findKey('old');
    expect(world.requests).toHaveLength(1);
    world.time += 1;
    await findKey('old');
    expect(world.requests).toHaveLength(2);
  });
});

describe('an unknown key id', () => {
  it('causes one request for all waiting callers, to the well-known URL and without redirects', async () => {
    const { world, findKey } = setUp({ response: () => keySet(nextKey) });
    await Promise.all(Array.from({ length: 20 }, () => findKey('next')));
    expect(world.requests).toHaveLength(1);
    expect(world.requests[0]).toMatchObject({
      url: 'https://tenant.eu.auth0.com/.well-known/jwks.json',
      init: { redirect: 'error' },
    });
  });

  it('throws a temporary error, and causes one request per cooldown at most', async () => {
    const { world, findKey } = setUp({ response: () => keySet(oldKey) });
    for (let i = 0; i < 50; i++)
      await expect(findKey(`made-up-${i}`)).rejects.toBeInstanceOf(NotYetAcceptableError);
    expect(world.requests).toHaveLength(1);
    world.response = () => keySet(oldKey, nextKey);
    await expect(findKey('next')).rejects.toBeInstanceOf(NotYetAcceptableError);
    world.time += 30_000;
    await expect(findKey('next')).resolves.toBeDefined();
    expect(world.requests).toHaveLength(2);
  });

  it.each([
    ['fails', () => Promise.reject(new TypeError('fetch failed'))],
    ['does not respond in time', () => Promise.reject(new DOMException('timeout', 'TimeoutError'))],
    ['responds with an error', () => new Response('busy', { status: 503 })],
    ['responds with no JSON', () => new Response('<html>')],
    ['responds with no keys', () => keySet()],
    ['responds with null', () => Response.json(null)],
    [
      'responds with a body that is too large',
      () => new Response(`{"keys":[],"x":"${'x'.repeat(300_000)}"}`),
    ],
  ])('throws an outage when the issuer %s', async (_name, response) => {
    const { world, findKey } = setUp({ response });
    await expect(findKey('next')).rejects.toBeInstanceOf(AuthorizationServerError);
    await expect(findKey('other')).rejects.toBeInstanceOf(AuthorizationServerError);
    expect(world.requests).toHaveLength(1);

    world.response = () => keySet(nextKey);
    world.time += 30_000;
    await expect(findKey('next')).resolves.toBeDefined();
  });
});

describe('a request for the key set', () => {
  it.each([
    ['ok', () => keySet(oldKey)],
    ['rate_limited', () => new Response('', { status: 429 })],
    ['failed', () => new Response('nonsense')],
  ])('is counted as %s', async (outcome, response) => {
    const { findKey, log } = setUp({ response });
    await findKey('old').catch(() => {});
    expect(log).toMatchObject([{ message: 'jwks', fields: { outcome }, measurements: { JwksRequests: 1 } }]);
  });
});

describe('ignores a published key', () => {
  it.each([
    ['of less than 2048 bits', newKey('weak', {}, 1024)],
    ['with an exponent of 3', newKey('weak', { e: 'Aw' })],
    ['with an even exponent', newKey('weak', { e: 'AQAC' })],
    ['with a broken modulus', newKey('weak', { n: '' })],
    ['for encryption', newKey('weak', { use: 'enc' })],
    ['for another algorithm', newKey('weak', { alg: 'RS512' })],
    [
      'of another type',
      {
        ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
        kid: 'weak',
      },
    ],
    ['that is a symmetric key', { kty: 'oct', k: 'c2VjcmV0', kid: 'weak' }],
    ['without a key id', newKey('weak', { kid: undefined })],
    ['with another key type', newKey('weak', { kty: 'EC' })],
    ['with a key id that is not a string', newKey('weak', { kid: 7 })],
    ['that is not an object', 'weak'],
    ['that is null', null],
  ])('%s', async (_name, key) => {
    const { findKey } = setUp({ response: () => keySet(key as object, nextKey) });
    await expect(findKey('next')).resolves.toBeDefined();
    await expect(findKey('weak')).rejects.toMatchObject({
      name: 'NotYetAcceptableError',
      code: 'unknown_key',
    });
    const alone = setUp({ response: () => keySet(key as object) });
    await expect(alone.findKey('weak')).rejects.toBeInstanceOf(AuthorizationServerError);
  });
});

describe('a key set', () => {
  it('may omit the use and the algorithm of its keys', async () => {
    const { findKey } = setUp({
      response: () => keySet(newKey('plain', { use: undefined, alg: undefined })),
    });
    await expect(findKey('plain')).resolves.toMatchObject({ type: 'public', asymmetricKeyType: 'rsa' });
  });

  it('without a usable key does not replace the known keys', async () => {
    const { world, findKey } = setUp({ response: () => keySet(), deployedKeys: { keys: [oldKey] } });
    await expect(findKey('next')).rejects.toThrow('The key set has no usable key');
    await expect(findKey('old')).resolves.toBeDefined();
    expect(world.requests).toHaveLength(1);
  });

  it('needs a usable key when it is deployed: otherwise the function does not start', () => {
    expect(() => setUp({ response: () => keySet(), deployedKeys: { keys: 'none' } })).toThrow(
      AuthorizationServerError,
    );
  });

  it('is not used from a response with a status other than 200', async () => {
    const { findKey } = setUp({ response: () => Response.json({ keys: [nextKey] }, { status: 201 }) });
    await expect(findKey('next')).rejects.toThrow('The request for the key set got the status 201');
  });
});

describe('an unexpected error', () => {
  it('is not reported as an outage of the issuer', async () => {
    const findKey = createKeySource({
      issuer: 'https://tenant.eu.auth0.com/',
      fetch: async () => keySet(nextKey),
      now: () => 0,
      log: {
        ...createLogRecorder(),
        info: () => {
          throw new TypeError('a bug');
        },
      },
    });
    await expect(findKey('next')).rejects.toThrow('a bug');
  });
});
