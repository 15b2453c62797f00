import { beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../support/client.ts';
import { anonymous, newUser, requires, target } from '../support/target.ts';

/**
 * The contract of TodoBackend. Each of its assertions is one test, with the name from its specification. The requests
 * are those of a browser page of another origin, which sends a preflight before each request.
 * Source: https://github.com/TodoBackend/todo-backend-js-spec, js/specs.js
 */
const ORIGIN = 'https://www.todobackend.com';
const ROOT = '/todo';

let call: Client;
const inBrowser = target.lacks.preflights === undefined;

/** The methods that a preflight response need not allow (Fetch standard, "CORS-safelisted method"). */
const simpleMethods = ['GET', 'HEAD', 'POST'];

/** Sends a request as a browser does, with the token of the user. A client of TodoBackend adds only this token. */
async function request(method: string, url: string, body?: unknown) {
  const headers = ['authorization', ...(body === undefined ? [] : ['content-type'])];
  if (inBrowser) await preflight(method, url, headers);
  const response = await call(method, url, {
    headers: { Origin: ORIGIN },
    ...(body !== undefined && { body }),
  });
  expect(response.status).toBeGreaterThanOrEqual(200);
  expect(response.status).toBeLessThan(300);
  expect(['*', ORIGIN]).toContain(response.headers.get('access-control-allow-origin'));
  return response.body;
}

/** Sends the CORS preflight, and checks its response as a browser does. */
async function preflight(method: string, url: string, headers: readonly string[]) {
  const { status, headers: allowed } = await anonymous('OPTIONS', url, {
    headers: {
      Origin: ORIGIN,
      'Access-Control-Request-Method': method,
      'Access-Control-Request-Headers': headers.join(','),
    },
  });
  expect(status).toBeGreaterThanOrEqual(200);
  expect(status).toBeLessThan(300);
  expect(['*', ORIGIN]).toContain(allowed.get('access-control-allow-origin'));
  const list = (name: string) => (allowed.get(name) ?? '').toLowerCase().split(/\s*,\s*/);
  if (!simpleMethods.includes(method)) {
    expect(list('access-control-allow-methods')).toContain(method.toLowerCase());
  }
  expect(list('access-control-allow-headers')).toEqual(expect.arrayContaining([...headers]));
}

const getRoot = () => request('GET', ROOT);
const postRoot = (todo: object) => request('POST', ROOT, todo);
const deleteRoot = () => request('DELETE', ROOT);
const urlOfNewTodo = async (fields: object = {}) => (await postRoot({ title: 'blah', ...fields })).url;

beforeEach(async () => {
  call = await newUser();
});

describe('the pre-requisites', () => {
  it('the api root responds to a GET, with CORS headers', async () => {
    expect(await getRoot()).toEqual([]);
  });

  it('the api root responds to a POST with the todo which was posted to it', async () => {
    expect(await postRoot({ title: 'a todo' })).toHaveProperty('title', 'a todo');
  });

  it('the api root responds successfully to a DELETE', async () => {
    await deleteRoot();
  });

  it('after a DELETE the api root responds to a GET with a JSON representation of an empty array', async () => {
    await postRoot({ title: 'a todo' });
    await deleteRoot();
    expect(await getRoot()).toEqual([]);
  });
});

describe('storing new todos by posting to the root url', () => {
  it('adds a new todo to the list of todos at the root url', async () => {
    await postRoot({ title: 'walk the dog' });
    const todos = await getRoot();
    expect(todos).toHaveLength(1);
    expect(todos[0]).toHaveProperty('title', 'walk the dog');
  });

  it('sets up a new todo as initially not completed', async () => {
    expect(await postRoot({ title: 'blah' })).toHaveProperty('completed', false);
    expect((await getRoot())[0]).toHaveProperty('completed', false);
  });

  it('gives each new todo a url', async () => {
    expect((await postRoot({ title: 'blah' })).url).toBeTypeOf('string');
    expect((await getRoot())[0].url).toBeTypeOf('string');
  });

  it('gives each new todo a url, which returns a todo', async () => {
    const { url } = await postRoot({ title: 'my todo' });
    expect(await request('GET', url)).toHaveProperty('title', 'my todo');
  });
});

describe('working with an existing todo', () => {
  it('can navigate from a list of todos to an individual todo via urls', async () => {
    await Promise.all([postRoot({ title: 'todo the first' }), postRoot({ title: 'todo the second' })]);
    const todos = await getRoot();
    expect(todos).toHaveLength(2);
    expect(await request('GET', todos[0].url)).toHaveProperty('title', todos[0].title);
  });

  it('can change the todo’s title by PATCHing to the todo’s url', async () => {
    const url = await urlOfNewTodo({ title: 'initial title' });
    expect(await request('PATCH', url, { title: 'bathe the cat' })).toHaveProperty('title', 'bathe the cat');
  });

  it('can change the todo’s completedness by PATCHing to the todo’s url', async () => {
    expect(await request('PATCH', await urlOfNewTodo(), { completed: true })).toHaveProperty(
      'completed',
      true,
    );
  });

  it('persists changes to a todo, which show up when it is fetched again', async () => {
    const changes = { title: 'changed title', completed: true };
    const { url } = await request('PATCH', await urlOfNewTodo(), changes);
    expect(await request('GET', url)).toMatchObject(changes);
    const todos = await getRoot();
    expect(todos).toHaveLength(1);
    expect(todos[0]).toMatchObject(changes);
  });

  it('can delete a todo making a DELETE request to the todo’s url', async () => {
    await request('DELETE', await urlOfNewTodo());
    expect(await getRoot()).toEqual([]);
  });
});

describe('tracking todo order', () => {
  it('can create a todo with an order field', async () => {
    expect(await postRoot({ title: 'blah', order: 523 })).toHaveProperty('order', 523);
  });

  it('can PATCH a todo to change its order', async () => {
    const url = await urlOfNewTodo({ order: 10 });
    expect(await request('PATCH', url, { order: 95 })).toHaveProperty('order', 95);
  });

  it('remembers changes to a todo’s order', async () => {
    const { url } = await request('PATCH', await urlOfNewTodo({ order: 10 }), { order: 95 });
    expect(await request('GET', url)).toHaveProperty('order', 95);
  });
});

describe('a page of another origin', () => {
  requires('preflights');

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])(
    'may send a %s with a body, a token and all headers',
    async (method) => {
      for (const url of [ROOT, await urlOfNewTodo()]) {
        await preflight(method, url, [
          'authorization',
          'content-type',
          'if-match',
          'if-none-match',
          'idempotency-key',
          'prefer',
        ]);
      }
    },
  );
});
