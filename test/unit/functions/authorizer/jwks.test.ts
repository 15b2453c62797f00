import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AuthorizationServerError, NotYetAcceptableError } from '../../../../functions/authorizer/errors.ts';
import type { Fetch } from '../../../../functions/authorizer/http.ts';
import { createKeySource } from '../../../../functions/authorizer/jwks.ts';
import { parseKeySet } from '../../../../functions/authorizer/key-set.ts';
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

const NOW = 1_795_000_000_000;

/** Creates a key source, with its recorded requests and a clock that the test can advance. */
function setUp({
  response,
  deployed,
  deployedAt = NOW,
}: {
  response: () => Response | Promise<Response>;
  deployed?: object;
  deployedAt?: number;
}) {
  const world = { time: NOW, requests: [] as { url: string; init: RequestInit }[], response };
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
    deployedKeys: deployed && { keys: parseKeySet(deployed), fetchedAt: deployedAt },
  });
  return { world, findKey, log: log.entries };
}

describe('deployed keys', () => {
  it('need no request while they are young', async () => {
    const { world, findKey } = setUp({ response: () => keySet(), deployed: { keys: [oldKey] } });
    expect((await findKey('old')).asymmetricKeyType).toBe('rsa');
    expect(world.requests).toEqual([]);
  });

  it('are fetched again after an hour, so that a withdrawn key is no longer trusted', async () => {
    const { world, findKey } = setUp({ response: () => keySet(nextKey), deployed: { keys: [oldKey] } });
    world.time += 3_599_999;
    await findKey('old');
    expect(world.requests).toEqual([]);
    world.time += 1;
    await expect(findKey('old')).rejects.toBeInstanceOf(NotYetAcceptableError);
    await expect(findKey('next')).resolves.toBeDefined();
    expect(world.requests).toHaveLength(1);
  });

  it('have their age from the synthesis: a function that starts an hour later fetches them', async () => {
    const { world, findKey } = setUp({
      response: () => keySet(oldKey),
      deployed: { keys: [oldKey] },
      deployedAt: NOW - 3_600_000,
    });
    await findKey('old');
    await findKey('old');
    expect(world.requests).toHaveLength(1);
  });

  it('from a clock that is ahead are fetched', async () => {
    const { world, findKey } = setUp({
      response: () => keySet(nextKey),
      deployed: { keys: [oldKey] },
      deployedAt: NOW + 1,
    });
    await expect(findKey('old')).rejects.toBeInstanceOf(NotYetAcceptableError);
    expect(world.requests).toHaveLength(1);
  });

  it('remain valid while the issuer is not reachable, with one request per cooldown', async () => {
    const { world, findKey } = setUp({
      response: () => Promise.reject(new TypeError('fetch failed')),
      deployed: { keys: [oldKey] },
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
    world.time += 4_999;
    await expect(findKey('next')).rejects.toBeInstanceOf(AuthorizationServerError);
    expect(world.requests).toHaveLength(1);
    world.time += 1;
    await expect(findKey('next')).resolves.toBeDefined();
  });

  it('has the whole cooldown again after a failure that ended', async () => {
    const { world, findKey } = setUp({ response: () => new Response('', { status: 500 }) });
    await expect(findKey('next')).rejects.toBeInstanceOf(AuthorizationServerError);
    world.response = () => keySet(nextKey);
    world.time += 5_000;
    await expect(findKey('made-up')).rejects.toBeInstanceOf(NotYetAcceptableError);
    world.time += 29_999;
    await expect(findKey('made-up')).rejects.toBeInstanceOf(NotYetAcceptableError);
    expect(world.requests).toHaveLength(2);
  });
});

describe('a clock that is set back', () => {
  it('does not stop the request for an unknown key id', async () => {
    const { world, findKey } = setUp({ response: () => keySet(oldKey) });
    await expect(findKey('next')).rejects.toBeInstanceOf(NotYetAcceptableError);
    world.response = () => keySet(oldKey, nextKey);
    world.time -= 86_400_000;
    await expect(findKey('next')).resolves.toBeDefined();
  });

  it('does not make a withdrawn key last longer', async () => {
    const { world, findKey } = setUp({ response: () => keySet(oldKey) });
    await findKey('old');
    world.response = () => keySet(nextKey);
    world.time -= 86_400_000;
    await expect(findKey('old')).rejects.toBeInstanceOf(NotYetAcceptableError);
    expect(world.requests).toHaveLength(2);
  });

  it('causes one more request, and then the cooldown holds', async () => {
    const { world, findKey } = setUp({ response: () => keySet(oldKey) });
    await findKey('old');
    world.time -= 86_400_000;
    for (let i = 0; i < 5; i++) await expect(findKey(`made-up-${i}`)).rejects.toThrow();
    expect(world.requests).toHaveLength(2);
  });
});

describe('a request for the key set', () => {
  it.each([
    ['ok', () => keySet(oldKey)],
    ['rate_limited', () => new Response('', { status: 429 })],
    ['failed', () => new Response('nonsense')],
  ])('is logged as %s, without a metric', async (outcome, response) => {
    const { findKey, log } = setUp({ response });
    await findKey('old').catch(() => {});
    expect(log).toEqual([{ level: 'info', message: 'jwks', fields: { outcome } }]);
  });
});

describe('a key set', () => {
  it('without a usable key does not replace the known keys', async () => {
    const { world, findKey } = setUp({ response: () => keySet(), deployed: { keys: [oldKey] } });
    await expect(findKey('next')).rejects.toThrow('The key set has no usable key');
    await expect(findKey('old')).resolves.toBeDefined();
    expect(world.requests).toHaveLength(1);
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
