import { describe, expect, it } from 'vitest';
import { expectProblem, nextPage } from '../support/client.ts';
import { newUser } from '../support/target.ts';

describe('notes', () => {
  it('are created, listed in pages, read and deleted', async () => {
    const call = await newUser();
    const first = await call('POST', '/notes', { body: { text: 'First' } });
    const second = await call('POST', '/notes', { body: { text: 'Second' } });
    expect(first).toMatchObject({ status: 201, body: { text: 'First' } });
    expect((await call('GET', first.headers.get('location') ?? '')).body).toEqual(first.body);

    const page = await call('GET', '/notes?limit=1');
    expect(page.body).toEqual([first.body]);
    expect((await call('GET', nextPage(page) ?? '')).body).toEqual([second.body]);

    expect((await call('DELETE', `/notes/${first.body.id}`)).status).toBe(204);
    expectProblem(await call('DELETE', `/notes/${first.body.id}`), 404);
    expect((await call('GET', '/notes')).body).toEqual([second.body]);
  });

  it('are refused without a text', async () => {
    const response = await (await newUser())('POST', '/notes', { body: { text: '' } });
    expectProblem(response, 400);
    expect(response.body.errors).toEqual({ text: ['must not be empty'] });
  });
});
