import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { demoConfidentialClient, demoUsers } from '../../infra/start/demo.ts';
import { ampleThrottle } from '../support/ample-throttle.ts';
import { type ApiResponse, type Client, createClient, nextPage } from '../support/client.ts';
import { temporaryFolder } from '../support/cloud-assembly.ts';
import { addressOf, freePort, type LocalProcess, startLocalProcess } from '../support/local-process.ts';
import { AUDIENCE } from '../support/system.ts';

const folder = temporaryFolder();
let local: LocalProcess;

afterEach(async () => {
  local?.signal('SIGKILL');
  await local?.exit();
});
afterAll(() => folder.remove());

const WRITERS = 12;
/** The number of kills. The system starts again after each. */
const KILLS = Number(process.env.KILLS ?? 1);
const ENOUGH_WRITES = 250;

type Body = Record<string, unknown>;

/** A client that writes to its own todos, one request after the other, until the system is killed. */
interface Writer {
  readonly call: Client;
  /** The acknowledged todos by id: the body, or null for a deleted todo. */
  readonly acknowledged: Map<string, Body | null>;
  /** The request that got no response. The system may have processed it. */
  inDoubt: { id?: string; method: string } | undefined;
}

async function start(
  environment: Readonly<Record<string, string>>,
): Promise<{ api: string; issuer: string }> {
  local = startLocalProcess(environment);
  await local.until('The system is running.');
  return { api: addressOf('API', local.output()), issuer: addressOf('Issuer', local.output()) };
}

async function signIn(issuer: string, user: number): Promise<string> {
  const { clientId, clientSecret } = demoConfidentialClient;
  const { email = '', password = '' } = demoUsers[user % 2] ?? {};
  const response = await fetch(`${issuer}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      ...{ grant_type: 'password', username: email, password, audience: AUDIENCE },
      ...{ scope: 'openid profile email', client_id: clientId, client_secret: clientSecret },
    }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}

async function write(writer: Writer, n: number): Promise<void> {
  const { call, acknowledged } = writer;
  const living = [...acknowledged].filter(([, body]) => body !== null).map(([id]) => id);
  const id = living[n % Math.max(1, living.length)];
  const attempt = async (method: string, path: string, options: object): Promise<ApiResponse> => {
    writer.inDoubt = { method, ...(id !== undefined && path !== '/todo' && { id }) };
    const response = await call(method, path, options);
    writer.inDoubt = undefined;
    expect(response.status, JSON.stringify(response.body)).toBeLessThan(300);
    return response;
  };

  if (id === undefined || living.length < 4) {
    const headers = n % 2 === 0 ? { 'Idempotency-Key': randomUUID() } : {};
    const { body } = await attempt('POST', '/todo', { body: { title: `Todo ${n}` }, headers });
    acknowledged.set(body.id, body);
  } else if (n % 7 === 0) {
    await attempt('DELETE', `/todo/${id}`, {});
    acknowledged.set(id, null);
  } else {
    // Each of these moves the todo in an index.
    const changes =
      n % 2 === 0 ? { completed: n % 4 === 0 } : { date: `2026-01-${String((n % 28) + 1).padStart(2, '0')}` };
    const { body } = await attempt('PATCH', `/todo/${id}`, { body: { title: `Change ${n}`, ...changes } });
    acknowledged.set(id, body);
  }
}

async function writeUntilKilled(writers: readonly Writer[], round: number): Promise<void> {
  let writes = 0;
  let killed = false;
  const running = writers.map(async (writer, w) => {
    for (let n = round * 10_000 + w; ; n += 1) {
      try {
        await write(writer, n);
        writes += 1;
      } catch (error) {
        if (!killed) throw error;
        return;
      }
    }
  });
  const killing = (async () => {
    while (writes < ENOUGH_WRITES) await delay(5);
    killed = true;
    local.signal('SIGKILL');
    await local.exit();
  })();
  await Promise.all([...running, killing]);
}

async function listOf(call: Client, query: string): Promise<Body[]> {
  const found: Body[] = [];
  for (let page: string | undefined = `/todo?limit=200${query}`; page !== undefined; ) {
    const response = await call('GET', page);
    expect(response.status).toBe(200);
    found.push(...response.body);
    page = nextPage(response);
  }
  return found.sort((a, b) => String(a.id).localeCompare(String(b.id)));
}

/** Expects each todo as it was acknowledged. Only the request without a response may have changed its todo. */
async function settle({ call, acknowledged, inDoubt }: Writer): Promise<void> {
  for (const [id, body] of acknowledged) {
    const { status, body: found } = await call('GET', `/todo/${id}`);
    const isAsAcknowledged =
      body === null ? status === 404 : status === 200 && isDeepStrictEqual(found, body);
    const mayHaveChanged =
      inDoubt?.id === id && (status === 200 || (status === 404 && inDoubt.method === 'DELETE'));
    expect(
      isAsAcknowledged || mayHaveChanged,
      `${id} is ${JSON.stringify(found)}, not ${JSON.stringify(body)}`,
    ).toBe(true);
    acknowledged.set(id, status === 200 ? found : null);
  }
}

describe('kill -9 of the local system under write load', { tags: 'long' }, () => {
  it(`loses no acknowledged write, keeps all indexes consistent, and starts again (killed ${KILLS} times after ${ENOUGH_WRITES} writes)`, async () => {
    const ports = { PORT: await freePort(), ISSUER_PORT: await freePort() };
    const environment = { DATA_DIR: folder.path, ...ports, ...ampleThrottle };
    const { api, issuer } = await start(environment);
    const tokens = [await signIn(issuer, 0), await signIn(issuer, 1)];
    const users = tokens.map((token) => ({
      call: createClient(api, token),
      /** The todos that requests without a response created. They must stay. */
      unclaimed: [] as Body[],
    }));
    const writers = Array.from({ length: WRITERS }, (_, w): Writer => {
      const { call } = users[w % 2] as (typeof users)[number];
      return { call, acknowledged: new Map(), inDoubt: undefined };
    });

    for (let round = 1; round <= KILLS; round++) {
      await writeUntilKilled(writers, round);
      await start(environment);
      for (const writer of writers) await settle(writer);

      for (const [user, { call, unclaimed }] of users.entries()) {
        const own = writers.filter((_, w) => w % 2 === user);
        const all = await listOf(call, '');
        const known = own
          .flatMap(({ acknowledged }) => [...acknowledged.values()])
          .filter((body) => body !== null);
        expect(all).toEqual(expect.arrayContaining([...known, ...unclaimed]));
        const ids = new Set([...known, ...unclaimed].map(({ id }) => id));
        const found = all.filter(({ id }) => !ids.has(id));
        const withoutResponse = own.filter(({ inDoubt }) => inDoubt?.method === 'POST').length;
        expect(found.length).toBeLessThanOrEqual(withoutResponse);
        unclaimed.push(...found);

        expect(await listOf(call, '&ordering=date')).toEqual(all);
        for (const completed of [true, false]) {
          const some = all.filter((todo) => todo.completed === completed);
          expect(await listOf(call, `&completed=${completed}`)).toEqual(some);
          expect(await listOf(call, `&completed=${completed}&ordering=-date`)).toEqual(some);
        }
      }
      for (const writer of writers) writer.inDoubt = undefined;
    }
  });
});
