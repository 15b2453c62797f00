import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Measurements } from './measurements.ts';

/** The credentials of a user. */
export interface Account {
  readonly email: string;
  readonly password: string;
}

export interface LoadUserOptions {
  readonly apiUrl: string;
  readonly signIn: (account: Account) => Promise<string>;
  readonly account: Account;
  readonly measurements: Measurements;
  /** Gives a number from 0 up to 1, 1 excluded. */
  readonly random: () => number;
}

type Body = Readonly<Record<string, unknown>> & { readonly id: string };

/** A user that works with its todos, one request after the other. It remembers the acknowledged writes. */
export interface LoadUser {
  /** Sends one request of a random kind. */
  step(): Promise<void>;
  /** Signs in. The user continues with the new token as soon as the API accepts it. */
  signIn(): Promise<void>;
  /** Compares the todos of the API with the acknowledged writes. Gives the number of these writes. */
  verify(): Promise<number>;
}

const MAX_TODOS = 30;

/** The longest time until the API knows a new key. The authorizer requests the JWKS only once in half a minute. */
const NEW_KEY_MS = 35_000;
const TRY_AGAIN_MS = 1_000;

export function createLoadUser(options: LoadUserOptions): LoadUser {
  const { apiUrl, account, measurements, random } = options;
  const todos = new Map<string, { body: Body; etag: string }>();
  /** Todos whose last write may or may not have taken place, because its response is missing or unexpected. */
  const inDoubt = new Set<string>();
  let createdInDoubt = 0;
  let acknowledged = 0;
  let token = '';
  /** A token that the API has not accepted yet, the time when it was issued, and the time of the next attempt. */
  let fresh: { token: string; since: number; nextTry: number } | undefined;

  const anyOf = <Value>(values: readonly Value[]): Value =>
    values[Math.floor(random() * values.length)] as Value;

  async function call(
    kind: string,
    method: string,
    path: string,
    { body, headers = {} }: { body?: object; headers?: Record<string, string> } = {},
  ): Promise<{ status: number; headers: Headers; body: unknown }> {
    let received: { status: number; headers: Headers; body: unknown } | undefined;
    await measurements.measure(kind, async () => {
      const response = await fetch(path.startsWith('http') ? path : apiUrl + path, {
        method,
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      received = { status: response.status, headers: response.headers, body: text && JSON.parse(text) };
      return received;
    });
    return received as NonNullable<typeof received>;
  }

  const expectStatus = (what: string, status: number, expected: readonly number[]): boolean => {
    if (expected.includes(status)) return true;
    measurements.violation(`${what} got the status ${status}`);
    return false;
  };

  async function create(): Promise<void> {
    const headers: Record<string, string> = random() < 0.5 ? { 'Idempotency-Key': randomUUID() } : {};
    const request = () =>
      call('create', 'POST', '/todo', {
        body: { title: `Todo ${randomUUID()}`, date: '2026-01-01' },
        headers,
      });
    createdInDoubt += 1;
    const response = await request();
    if (!expectStatus('POST /todo', response.status, [201])) return;
    createdInDoubt -= 1;
    const body = response.body as Body;
    todos.set(body.id, { body, etag: response.headers.get('etag') ?? '' });
    acknowledged += 1;
  }

  async function change(id: string, etag: string): Promise<void> {
    const stale = random() < 0.1;
    const headers = { 'If-Match': stale ? '"0"' : etag };
    const changes = { title: `Change ${randomUUID()}`, completed: random() < 0.5 };
    inDoubt.add(id);
    const response = await call(stale ? 'change, stale' : 'change', 'PATCH', `/todo/${id}`, {
      body: changes,
      headers,
    });
    if (!expectStatus(stale ? 'a stale PATCH' : 'PATCH', response.status, [stale ? 412 : 200])) return;
    inDoubt.delete(id);
    if (stale) return;
    todos.set(id, { body: response.body as Body, etag: response.headers.get('etag') ?? '' });
    acknowledged += 1;
  }

  async function remove(id: string): Promise<void> {
    inDoubt.add(id);
    const { status } = await call('delete', 'DELETE', `/todo/${id}`);
    if (!expectStatus('DELETE', status, [204])) return;
    inDoubt.delete(id);
    todos.delete(id);
    acknowledged += 1;
  }

  async function read(id: string, known: Body): Promise<void> {
    const { status, body } = await call('get', 'GET', `/todo/${id}`);
    if (expectStatus('GET', status, [200]) && !isDeepStrictEqual(body, known))
      measurements.violation(`${id} differs from the acknowledged write`);
  }

  async function list(): Promise<void> {
    const query = anyOf([
      'limit=10',
      'completed=false&limit=20',
      'ordering=-date&limit=10',
      'date_from=2026-01-01',
    ]);
    const { status } = await call('list', 'GET', `/todo?${query}`);
    expectStatus('GET /todo', status, [200]);
  }

  async function all(): Promise<Body[]> {
    const found: Body[] = [];
    for (let page: string | undefined = '/todo?limit=200'; page; ) {
      const response = await call('verify', 'GET', page);
      if (!expectStatus('GET /todo', response.status, [200])) break;
      found.push(...(response.body as Body[]));
      page = /^<([^>]+)>/.exec(response.headers.get('link') ?? '')?.[1];
    }
    return found;
  }

  /** The API may not know the key of a new token yet, and responds with 401. Until then the old token is used. */
  async function tryFresh(): Promise<void> {
    if (!fresh || performance.now() < fresh.nextTry) return;
    const former = token;
    token = fresh.token;
    const { status } = await call('new token', 'GET', '/todo?limit=1');
    if (status === 200) {
      fresh = undefined;
      return;
    }
    token = former;
    fresh.nextTry = performance.now() + TRY_AGAIN_MS;
    expectStatus('a new token', status, [401]);
    if (performance.now() - fresh.since > NEW_KEY_MS)
      measurements.violation('A new token was never accepted');
  }

  return {
    async signIn() {
      if (fresh) return;
      fresh = { token: await options.signIn(account), since: performance.now(), nextTry: 0 };
    },

    async step() {
      await tryFresh();
      if (token === '') return void (await delay(TRY_AGAIN_MS));
      const [id, todo] =
        todos.size === inDoubt.size ? [] : anyOf([...todos].filter(([each]) => !inDoubt.has(each)));
      const dice = random();
      if (!id || !todo || (dice < 0.2 && todos.size < MAX_TODOS)) return create();
      if (dice < 0.4) return change(id, todo.etag);
      if (dice < 0.5) return remove(id);
      if (dice < 0.8) return read(id, todo.body);
      return list();
    },

    async verify() {
      const found = new Map((await all()).map((body) => [body.id, body]));
      for (const [id, { body }] of todos) {
        if (!inDoubt.has(id) && !isDeepStrictEqual(found.get(id), body))
          measurements.violation(`${id} is ${JSON.stringify(found.get(id))}, not ${JSON.stringify(body)}`);
      }
      const unknown = [...found.keys()].filter((id) => !todos.has(id)).length;
      if (unknown > createdInDoubt)
        measurements.violation(`${unknown} todos exist that no acknowledged write created`);
      return acknowledged;
    },
  };
}
