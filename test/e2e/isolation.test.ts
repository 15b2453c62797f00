import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { expectProblem, nextPage } from '../support/client.ts';
import { newUser } from '../support/target.ts';

describe('two users', () => {
  it('never see or change each other’s todos on any route', async () => {
    const alice = await newUser();
    const bob = await newUser();
    const { body: todo } = await alice('POST', '/todo', { body: { title: 'Alice’s' } });
    await alice('POST', '/todo', { body: { title: 'Alice’s second' } });

    expect((await bob('GET', '/todo')).body).toEqual([]);
    const path = `/todo/${todo.id}`;
    expectProblem(await bob('GET', path), 404);
    expectProblem(await bob('PUT', path, { body: { title: 'Bob was here' } }), 404);
    expectProblem(
      await bob('PATCH', path, { body: { title: 'Bob was here' }, headers: { 'If-Match': '"1"' } }),
      404,
    );
    expectProblem(await bob('DELETE', path), 404);
    expect(await bob('DELETE', '/todo')).toMatchObject({ status: 204 });

    expect((await alice('GET', path)).body).toEqual(todo);
    expect((await alice('GET', '/todo')).body).toHaveLength(2);
  });

  it('cannot use each other’s cursors and idempotency keys', async () => {
    const alice = await newUser();
    const bob = await newUser();
    const headers = { 'Idempotency-Key': randomUUID() };
    const hers = await alice('POST', '/todo', { body: { title: 'Hers' }, headers });
    await alice('POST', '/todo', { body: { title: 'Hers, too' } });
    const his = await bob('POST', '/todo', { body: { title: 'His' }, headers });
    expect(his).toMatchObject({ status: 201, body: { title: 'His' } });
    expect(his.body.id).not.toBe(hers.body.id);

    const page = nextPage(await alice('GET', '/todo?limit=1'));
    const titles = (await bob('GET', page ?? '')).body.map(({ title }: { title: string }) => title);
    expect(titles).toEqual(['His']);
  });
});
