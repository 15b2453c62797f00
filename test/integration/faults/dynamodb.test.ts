import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, type Client, createClient, expectProblem } from '../../support/client.ts';
import {
  broken,
  type DynamoDbFault,
  type FaultyProxy,
  startFaultyProxy,
  throttled,
} from '../../support/faulty-proxy.ts';
import { type System, startSystem } from '../../support/system.ts';

const MAX_ATTEMPTS = 3;
const ALWAYS = Number.POSITIVE_INFINITY;

let system: System;
let proxy: FaultyProxy;
let call: Client;
let id: string;

beforeAll(async () => {
  system = await startSystem({
    intercept: async (endpoint) => {
      proxy = await startFaultyProxy(endpoint);
      return proxy;
    },
  });
});
afterAll(() => system.close());

const newUser = async (): Promise<Client> => {
  const { subject } = system.issuer.addUser({ email: `${randomUUID()}@example.com` });
  return createClient(system.apiUrl, await system.issuer.mintToken({ subject }));
};

beforeEach(async () => {
  call = await newUser();
  id = (await call('POST', '/todo', { body: { title: 'There before' } })).body.id;
  proxy.takeOperations();
});
afterEach(() => proxy.clearFaults());

const snapshot = async () => (await call('GET', '/todo')).body;

function expectUnavailable(answer: Answer): void {
  expectProblem(answer, 503);
  expect(answer.headers.get('retry-after')).toBe('5');
  expect(answer.body.detail).toBe('The service is temporarily unavailable. Try again.');
}

const faults: readonly [string, DynamoDbFault][] = [
  ['throttles', throttled],
  ['throttles the account', { kind: 'answer', status: 400, type: 'ThrottlingException' }],
  ['fails', broken],
  ['resets the connection', { kind: 'reset' }],
];

const requests: readonly [string, string, unknown, string][] = [
  ['GET', '/todo', undefined, 'Query'],
  ['GET', '/todo/:id', undefined, 'GetItem'],
  ['POST', '/todo', { title: 'New' }, 'PutItem'],
  ['PUT', '/todo/:id', { title: 'Replaced' }, 'UpdateItem'],
  ['PATCH', '/todo/:id', { title: 'Changed' }, 'UpdateItem'],
  ['DELETE', '/todo/:id', undefined, 'DeleteItem'],
  ['DELETE', '/todo', undefined, 'Query'],
  ['GET', '/me', undefined, 'GetItem'],
];

describe.each(faults)('while DynamoDB %s', (_name, fault) => {
  it.each(requests)('%s %s is a 503 with Retry-After, and changes nothing', async (method, path, body) => {
    const before = await snapshot();
    proxy.takeOperations();
    proxy.failWith('*', fault, ALWAYS);
    expectUnavailable(await call(method, path.replace(':id', id), { body }));
    expect(proxy.takeOperations()).toHaveLength(MAX_ATTEMPTS);
    proxy.clearFaults();
    expect(await snapshot()).toEqual(before);
  });

  it('a sign-in is a 503 that is not cached, and works with the same token afterwards', async () => {
    const stranger = await newUser();
    proxy.failWith('*', fault, ALWAYS);
    const answer = await stranger('GET', '/me');
    expectProblem(answer, 503);
    expect(answer.headers.get('retry-after')).toBe('5');
    proxy.clearFaults();
    expect((await stranger('GET', '/me')).status).toBe(200);
  });
});

describe('a fault that passes', () => {
  it.each(faults.flatMap(([name, fault]) => requests.map((request) => [name, ...request, fault] as const)))(
    '(DynamoDB %s once) is not seen by the client of %s %s',
    async (_name, method, path, body, operation, fault) => {
      proxy.failWith(operation, fault);
      const { status } = await call(method, path.replace(':id', id), { body });
      expect([200, 201, 204]).toContain(status);
      expect(proxy.takeOperations().filter((each) => each === operation).length).toBeGreaterThanOrEqual(2);
    },
  );

  it.each(['GetItem', 'PutItem', 'UpdateItem'])(
    '(no %s of a first sign-in) leaves nothing half done: the next one completes it',
    async (operation) => {
      const { subject, email } = system.issuer.addUser({ email: `${randomUUID()}@example.com` });
      const stranger = createClient(system.apiUrl, await system.issuer.mintToken({ subject }));
      proxy.failWith(operation, broken, MAX_ATTEMPTS);
      expectProblem(await stranger('GET', '/me'), 503);
      expect(await stranger('GET', '/me')).toMatchObject({
        status: 200,
        body: { email, identities: [{ subject }] },
      });
    },
  );

  it.each([
    ['PutItem', 0],
    ['PutItem', 1],
    ['UpdateItem', 0],
  ])(
    '(%s number %i of an idempotent POST) leaves one todo, when the client repeats it',
    async (operation, nth) => {
      const post = () =>
        call('POST', '/todo', { body: { title: 'Keyed' }, headers: { 'Idempotency-Key': 'k' } });
      proxy.failWith(operation, { kind: 'slow', delayMs: 0 }, nth);
      proxy.failWith(operation, { kind: 'lost-answer' }, MAX_ATTEMPTS);
      expectUnavailable(await post());
      const { status, body } = await post();
      expect(status).toBe(201);
      expect((await snapshot()).filter(({ title }: { title: string }) => title === 'Keyed')).toEqual([body]);
    },
  );
});

describe('while DynamoDB does not answer', () => {
  it.each(['hang', 'hanging-answer'] as const)(
    'a request is a 503 well before the function’s timeout (%s)',
    async (kind) => {
      proxy.failWith('UpdateItem', { kind }, ALWAYS);
      expectUnavailable(await call('PATCH', `/todo/${id}`, { body: { title: 'Late' } }));
      expect(proxy.takeOperations()).toHaveLength(MAX_ATTEMPTS);
    },
  );

  it('a sign-in is a 503', async () => {
    const stranger = await newUser();
    proxy.failWith('GetItem', { kind: 'hang' }, ALWAYS);
    expectProblem(await stranger('GET', '/me'), 503);
    proxy.clearFaults();
    expect((await stranger('GET', '/me')).status).toBe(200);
  });

  it('a request that needs several slow calls is ended in time, and can be repeated', async () => {
    const post = () =>
      call('POST', '/todo', { body: { title: 'Slow' }, headers: { 'Idempotency-Key': 's' } });
    for (const operation of ['PutItem', 'UpdateItem']) {
      for (let i = 0; i < 3; i++) {
        proxy.failWith(operation, { kind: 'hanging-answer' }, 2);
        proxy.failWith(operation, { kind: 'slow', delayMs: 0 });
      }
    }
    const answer = await post();
    expectProblem(answer, 504);
    expect(answer.headers.get('retry-after')).toBe('5');
    proxy.clearFaults();
    const { status, body } = await post();
    expect(status).toBe(201);
    expect((await snapshot()).filter(({ title }: { title: string }) => title === 'Slow')).toEqual([body]);
  });
});

it('an error that is no outage is a bare 500, tried once', async () => {
  proxy.failWith('*', { kind: 'answer', status: 400, type: 'ValidationException' });
  const answer = await call('GET', '/todo');
  expectProblem(answer, 500);
  expect(answer.body.detail).toBe('An unexpected error occurred.');
  expect(proxy.takeOperations()).toEqual(['Query']);
});
