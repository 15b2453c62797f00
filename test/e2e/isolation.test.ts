import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { expectProblem, nextPage } from '../support/client.ts';
import { resources } from '../support/resources.ts';
import { newUser, requires } from '../support/target.ts';

describe.each(resources)('two users of $path', ({ path, create, collection, item }) => {
  const { example } = create.body;
  const isListed = collection.some(({ method }) => method === 'GET');
  const isRead = item.some(({ method }) => method === 'GET');

  it.each(item.map(({ id, ...route }) => [id, route] as const))(
    'never see or change each other’s items: %s',
    async (_id, { method, body, headers = [] }) => {
      const [alice, bob] = await Promise.all([newUser(), newUser()]);
      const { body: hers } = await alice('POST', path, { body: example });
      const address = `${path}/${hers.id}`;
      const request = body ? { body: body.example } : {};
      expectProblem(await bob(method, address, request), 404);
      if (headers.includes('If-Match')) {
        expectProblem(await bob(method, address, { ...request, headers: { 'If-Match': '"1"' } }), 404);
      }
      if (isRead) expect((await alice('GET', address)).body).toEqual(hers);
    },
  );

  it.each(collection.map(({ id, ...route }) => [id, route] as const))(
    'have lists of their own: %s',
    async (_id, { method, body }) => {
      const [alice, bob] = await Promise.all([newUser(), newUser()]);
      const { body: hers } = await alice('POST', path, { body: example });
      const response = await bob(method, path, body ? { body: body.example } : {});
      expect(response.status).toBeLessThan(300);
      expect(JSON.stringify(response.body)).not.toContain(hers.id);
      if (isRead) expect((await alice('GET', `${path}/${hers.id}`)).body).toEqual(hers);
    },
  );

  it.runIf(isListed)('cannot use each other’s cursors', async () => {
    const [alice, bob] = await Promise.all([newUser(), newUser()]);
    for (const call of [alice, alice, bob]) await call('POST', path, { body: example });
    const { body: his } = await bob('GET', path);
    const page = nextPage(await alice('GET', `${path}?limit=1`));
    expect((await bob('GET', page ?? '')).body).toEqual(his);
  });

  it.runIf(create.headers?.includes('Idempotency-Key'))('have idempotency keys of their own', async () => {
    const [alice, bob] = await Promise.all([newUser(), newUser()]);
    const request = { body: example, headers: { 'Idempotency-Key': randomUUID() } };
    const hers = await alice('POST', path, request);
    const his = await bob('POST', path, request);
    expect(his.status).toBe(201);
    expect(his.body.id).not.toBe(hers.body.id);
  });

  it('export all of their own items, and no others', async () => {
    const [alice, bob] = await Promise.all([newUser(), newUser()]);
    const { body: hers } = await alice('POST', path, { body: example });
    expect(JSON.stringify((await alice('GET', '/me/export')).body)).toContain(hers.id);
    expect(JSON.stringify((await bob('GET', '/me/export')).body)).not.toContain(hers.id);
  });

  describe('who delete their account', () => {
    requires('an obedient issuer');

    it('lose their items', async () => {
      const alice = await newUser();
      const { body: hers } = await alice('POST', path, { body: example });
      const { headers } = await alice('GET', '/me');
      await alice('DELETE', '/me', { headers: { 'If-Match': headers.get('etag') ?? '' } });
      if (isRead) expectProblem(await alice('GET', `${path}/${hers.id}`), 404);
      if (isListed) expect((await alice('GET', path)).body).toEqual([]);
    });
  });
});
