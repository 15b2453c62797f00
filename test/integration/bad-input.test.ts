import { randomUUID } from 'node:crypto';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { localCredentials } from '../../infra/local/dynamodb/engine.ts';
import { ampleThrottle } from '../support/ample-throttle.ts';
import { namedBodies } from '../support/bad-input/bodies.ts';
import { aRequest, operationsOf } from '../support/bad-input/requests.ts';
import { oddHeaders, oddMethods, oddTargets } from '../support/bad-input/targets.ts';
import { type ApiResponse, type Client, createClient } from '../support/client.ts';
import { document } from '../support/openapi/check.ts';
import { CONNECTION_RESET, type RawRequest, sendRaw } from '../support/raw-http.ts';
import { resources } from '../support/resources.ts';
import { type System, startSystem } from '../support/system.ts';

/** The number of random requests for each operation. */
const RUNS = Number(process.env.BAD_INPUT_RUNS ?? 10);

let system: System;
let dynamoDb: DynamoDBClient;
let call: Client;
let authorization: string;
/** The ids of the caller's items, by the path of their resource. */
const ids = new Map<string, readonly string[]>();

beforeAll(async () => {
  system = await startSystem({
    settings: ampleThrottle,
    intercept: async (endpoint) => {
      dynamoDb = new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials: localCredentials });
      return { endpoint, close: async () => dynamoDb.destroy() };
    },
  });
  const tokens = await Promise.all(
    ['bystander', 'caller'].map((name) => {
      const { subject } = system.issuer.addUser({ email: `${name}-${randomUUID()}@example.com` });
      return system.issuer.mintToken({ subject });
    }),
  );
  const [bystander, caller] = tokens.map((token) => createClient(system.apiUrl, token));
  if (!bystander || !caller) throw new Error('There must be two users.');
  for (const { path, create } of resources) await bystander('POST', path, { body: create.body.example });
  call = caller;
  authorization = `Authorization: Bearer ${tokens[1]}`;
});
beforeEach(resetItems);
afterAll(() => system.close());

/** Gives the caller exactly three items of each resource. */
async function resetItems(): Promise<void> {
  for (const { path, create } of resources) {
    const { body: present } = await call('GET', path);
    const presentIds = present.map(({ id }: { id: string }) => id);
    if (presentIds.length === 3 && presentIds.join() === ids.get(path)?.join()) continue;
    lastSnapshot = undefined;
    await Promise.all(presentIds.map((id: string) => call('DELETE', `${path}/${id}`)));
    const created = await Promise.all([1, 2, 3].map(() => call('POST', path, { body: create.body.example })));
    ids.set(path, created.map(({ body }) => body.id).sort());
  }
}

/** The ids of the caller's items that a route with this path can name. */
const idsOf = (path: string) => ids.get(path.replace('/{id}', '')) ?? ids.get('/todo') ?? [];
const todoId = () => idsOf('/todo')[0] ?? '';

/** The whole table as text. */
async function snapshot(): Promise<string> {
  const [TableName] = system.deployment.deployment.tables.map(({ name }) => name);
  const { Items = [] } = await dynamoDb.send(new ScanCommand({ TableName, ConsistentRead: true }));
  return Items.map((item) => JSON.stringify(item))
    .sort()
    .join('\n');
}

const ofBystander = (table: string) => table.split('\n').filter((item) => item.includes('bystander'));

let sent = 0;
/** The table after the last request. It is undefined if something else has changed the table since. */
let lastSnapshot: string | undefined;

/** Sends a request of the caller. The response must not be a 5xx, and a refused request must not change the table. */
async function send(request: RawRequest): Promise<ApiResponse> {
  const before = lastSnapshot ?? (await snapshot());
  const response = await sendRaw(system.apiUrl, {
    ...request,
    headerLines: [authorization, ...request.headerLines],
  });
  sent += 1;
  const { body, ...head } = request;
  const what = `${JSON.stringify(head).slice(0, 2_000)} with ${String(body?.subarray(0, 1_000))} got ${response.status} ${JSON.stringify(response.body)}`;
  expect(
    [CONNECTION_RESET, 200, 201, 204, 304, 400, 401, 404, 408, 412, 413, 415, 417, 422, 428, 431],
    what,
  ).toContain(response.status);
  const after = await snapshot();
  lastSnapshot = after;
  const isAccepted = response.status < 300;
  if (!isAccepted) expect(after, what).toBe(before);
  expect(ofBystander(after), what).toEqual(ofBystander(before));
  expect(JSON.stringify(response.body), what).not.toMatch(
    /node_modules|\.m?[jt]s:\d|\bat \w+ \(|dynamodb|lambda/i,
  );
  return response;
}

const template = (target: string) => target.replaceAll('{id}', idsOf(target)[0] ?? '');

describe.each(
  operationsOf(document).map((operation) => [`${operation.method} ${operation.path}`, operation] as const),
)('a random request to %s', (_name, operation) => {
  it(`gets no 5xx, and changes nothing when it is refused (${RUNS} requests)`, {
    tags: 'random',
  }, async () => {
    await resetItems();
    await fc.assert(
      fc.asyncProperty(aRequest(operation, idsOf(operation.path)), async (request) => {
        await send(request);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('a body that is broken', () => {
  const withBodies = operationsOf(document).filter(({ body }) => body);
  it.each(namedBodies)(
    'is refused on every route that takes a body: %s',
    async (_name, { headerLines, bytes }) => {
      for (const { method, path } of withBodies) {
        const response = await send({ method, target: template(path), headerLines, body: bytes });
        expect([CONNECTION_RESET, 400, 413, 415]).toContain(response.status);
      }
    },
  );

  it('is refused on a route that takes no body too', async () => {
    for (const [name, { headerLines, bytes }] of namedBodies) {
      // These have no content: no bytes, or only a last chunk.
      if (bytes.length === 0 || name === 'an unknown transfer encoding') continue;
      for (const method of ['GET', 'DELETE']) {
        const { status } = await send({ method, target: '/todo', headerLines, body: bytes });
        expect([CONNECTION_RESET, 400, 413, 415], `${method} with ${name}`).toContain(status);
      }
    }
  });
});

describe('an unusual request target', () => {
  it.each(oddTargets)('reaches only the resource that it names: %j', async (target) => {
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      // These targets name /todo with a valid query, so a DELETE may delete todos.
      if (method === 'DELETE' && /^\/(sandbox)?(%74odo|todo|sandbox\/todo)?[?#]/.test(target)) continue;
      await send({ method, target: template(target), headerLines: [] });
    }
  });
});

describe('an unusual method', () => {
  it.each(oddMethods)('is refused on every path: %j', async (method) => {
    for (const path of ['/', '/todo', `/todo/${todoId()}`, '/me', '/nowhere']) {
      const { status } = await send({ method, target: path, headerLines: [] });
      if (method !== 'OPTIONS') expect([CONNECTION_RESET, 400, 404]).toContain(status);
    }
  });
});

describe('unusual headers', () => {
  it.each(Object.entries(oddHeaders))('get no 5xx: %s', async (_name, headerLines) => {
    await send({ method: 'GET', target: '/todo?limit=1', headerLines });
    await send({ method: 'GET', target: '/todo', headerLines });
    await send({ method: 'POST', target: '/nowhere', headerLines });
  });

  it('do not reach the API when the host is another one', async () => {
    const headerLines = ['Host: evil.example', authorization];
    const response = await sendRaw(system.apiUrl, { method: 'GET', target: '/todo', headerLines });
    expect(response.status).toBe(403);
    expect(response.body).toEqual({ message: 'Forbidden' });
  });

  it('do not change the URLs in a response', async () => {
    const { body: mine } = await call('GET', `/todo/${todoId()}`);
    const forged = await send({
      method: 'GET',
      target: `/todo/${todoId()}`,
      headerLines: ['X-Forwarded-Host: evil.example', 'X-Forwarded-Proto: gopher'],
    });
    expect(forged.body).toEqual(mine);
  });
});

describe('a wrong query of DELETE /todo', () => {
  it.each([
    'complete=true',
    'Completed=true',
    'completed[]=true',
    'completed%20=true',
    'completed=true&completed=true',
    'completed=',
    'limit=1',
    '__proto__=1',
    'ids=1&completed=true',
  ])('gets a 400 and deletes nothing: DELETE /todo?%s', async (query) => {
    expect((await send({ method: 'DELETE', target: `/todo?${query}`, headerLines: [] })).status).toBe(400);
  });
});

describe('after all these requests', () => {
  it('the system works, and has logged no error', async () => {
    expect((await call('GET', '/todo')).body).toHaveLength(3);
    const failures = system.output.filter((line) => /"level":"ERROR"|Uncaught|Unhandled/.test(line));
    expect(failures).toEqual([]);
    process.stdout.write(`Bad input: ${sent} requests, no 5xx, and no change by a refused request\n`);
  });
});
