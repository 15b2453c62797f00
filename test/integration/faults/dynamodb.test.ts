import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDocumentClient } from '../../../functions/dynamodb/client.ts';
import { routes } from '../../../functions/routes.ts';
import { type ApiResponse, type Client, createClient, expectProblem } from '../../support/client.ts';
import { temporaryFolder, writeFiles } from '../../support/cloud-assembly.ts';
import {
  broken,
  type DynamoDbFault,
  type FaultyProxy,
  startFaultyProxy,
  throttled,
} from '../../support/faulty-proxy.ts';
import { type System, startSystem } from '../../support/system.ts';

const MAX_ATTEMPTS = 3;
const ATTEMPT_SECONDS = 1.5;
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

function expectUnavailable(response: ApiResponse): void {
  expectProblem(response, 503);
  expect(response.headers.get('retry-after')).toBe('5');
  expect(response.body.detail).toBe('The service is temporarily unavailable. Try again.');
}

/** After a throttle, the SDK waits for half a second or more. So most tests of these faults have the tag "long". */
const throttles: readonly [string, DynamoDbFault][] = [
  ['throttles', throttled],
  ['throttles the account', { kind: 'error-response', status: 400, type: 'ThrottlingException' }],
];
const outages: readonly [string, DynamoDbFault][] = [
  ['fails', broken],
  ['resets the connection', { kind: 'reset' }],
];

/** Responses that are none of DynamoDB. The SDK takes the first three for a success. */
const falseResponses: readonly [string, DynamoDbFault][] = [
  ['responds with an empty object', { kind: 'false-response', body: '{}' }],
  ['responds with nothing', { kind: 'false-response', body: '' }],
  ['responds with null', { kind: 'false-response', body: 'null' }],
  ['responds with a page of a proxy', { kind: 'false-response', body: '<html>' }],
  ['has an error without a type', { kind: 'false-response', status: 400, body: '{}' }],
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

const [firstRequest, ...otherRequests] = requests;

/** The same with the operation first, and the requests that send a batch. */
const requestsByOperation = [
  ...requests.map(([method, path, body, operation]) => [operation, method, path, body] as const),
  ['BatchWriteItem', 'DELETE', '/todo', undefined] as const,
  ['BatchGetItem', 'GET', '/me/export', undefined] as const,
];

describe.each([...throttles, ...outages, ...falseResponses])('while DynamoDB %s', (_name, fault) => {
  const options = { tags: outages.some(([, outage]) => outage === fault) ? [] : 'long' };
  const title = '%s %s is a 503 with Retry-After, and changes nothing';
  const expectOutage = async (method: string, path: string, body: unknown) => {
    const before = await snapshot();
    proxy.takeOperations();
    proxy.failWith('*', fault, ALWAYS);
    expectUnavailable(await call(method, path.replace(':id', id), { body }));
    expect(proxy.takeOperations()).toHaveLength(MAX_ATTEMPTS);
    proxy.clearFaults();
    expect(await snapshot()).toEqual(before);
  };
  it.each([firstRequest as (typeof requests)[number]])(title, expectOutage);
  it.each(otherRequests)(title, options, expectOutage);

  it('a sign-in is a 503 that is not cached, and works with the same token afterwards', options, async () => {
    const stranger = await newUser();
    proxy.failWith('*', fault, ALWAYS);
    const response = await stranger('GET', '/me');
    expectProblem(response, 503);
    expect(response.headers.get('retry-after')).toBe('5');
    proxy.clearFaults();
    expect((await stranger('GET', '/me')).status).toBe(200);
  });
});

describe('a DELETE /me that is interrupted', () => {
  const signUp = async () => {
    const { subject } = system.issuer.addUser({ email: `${randomUUID()}@example.com` });
    /** A client with a token of a later second. No policy is cached for it. */
    const signInAgain = async () => {
      const claims = { iat: Math.floor(Date.now() / 1_000) + 1, jti: randomUUID() };
      return createClient(system.apiUrl, await system.issuer.mintToken({ subject, claims }));
    };
    const user = createClient(system.apiUrl, await system.issuer.mintToken({ subject }));
    await user('POST', '/todo', { body: { title: 'There before' } });
    const { body: me, headers } = await user('GET', '/me');
    const ifMatch = { 'If-Match': headers.get('etag') ?? '' };
    const deleteMe = () => user('DELETE', '/me', { headers: ifMatch });
    return { user, me, deleteMe, signInAgain };
  };
  const lost: DynamoDbFault = { kind: 'lost-response' };
  /** Lets some updates of `DELETE /me` succeed, and then fails all attempts of one. */
  async function interrupt(deleteMe: () => Promise<ApiResponse>, nth: number, fault: DynamoDbFault) {
    proxy.failWith('UpdateItem', { kind: 'slow', delayMs: 0 }, nth);
    proxy.failWith('UpdateItem', fault, MAX_ATTEMPTS);
    expectUnavailable(await deleteMe());
    proxy.clearFaults();
  }

  it.each([
    ['mark of the link', 0, broken],
    ['mark of the link', 0, lost],
    ['commit', 1, broken],
  ])('at the %s (update %i, %j) deletes nothing', async (_step, nth, fault) => {
    const { user, me, deleteMe, signInAgain } = await signUp();
    await interrupt(deleteMe, nth, fault);
    for (const client of [user, await signInAgain()]) {
      expect((await client('GET', '/me')).body).toEqual(me);
      expect((await client('POST', '/todo', { body: { title: 'More' } })).status).toBe(201);
    }
    expect(await system.deployment.runSchedules()).toMatchObject([{ ok: true }]);
    expect((await user('GET', '/todo')).body).toHaveLength(3);
    expect((await deleteMe()).status).toBe(204);
  });

  it.each([
    ['commit', 1, lost],
    ['names of the deleted users', 2, broken],
    ['time of the deletion', 3, broken],
    ['link', 4, broken],
    ['link', 4, lost],
    ['record', 5, broken],
  ])(
    'after the commit (at the %s, update %i, %j) is finished by a new token, and nothing that was acknowledged to it is lost',
    async (_step, nth, fault) => {
      const { user, me, deleteMe, signInAgain } = await signUp();
      await interrupt(deleteMe, nth, fault);
      expectProblem(await user('GET', '/me'), 404);

      const again = await signInAgain();
      const { body: todo } = await again('POST', '/todo', { body: { title: 'Acknowledged' } });
      const { body: next } = await again('GET', '/me');
      expect(next.id).not.toBe(me.id);
      expect(next.email).toBe(me.email);

      expect((await deleteMe()).status).toBe(204);
      expect(await system.deployment.runSchedules()).toMatchObject([{ ok: true }]);
      expect((await again('GET', '/todo')).body).toEqual([todo]);
      expect((await (await signInAgain())('GET', '/me')).body).toEqual(next);
    },
  );

  it('refuses a new token while it cannot be finished, and the refusal can be retried', async () => {
    const { deleteMe, signInAgain } = await signUp();
    await interrupt(deleteMe, 2, broken);
    proxy.failWith('UpdateItem', broken, ALWAYS);
    const again = await signInAgain();
    expectProblem(await again('POST', '/todo', { body: { title: 'Refused' } }), 503);
    proxy.clearFaults();
    expect((await again('POST', '/todo', { body: { title: 'Accepted' } })).status).toBe(201);
  });
});

describe('a response that is none of DynamoDB', () => {
  it.each(falseResponses)('is no success of a POST (DynamoDB %s)', async (_name, fault) => {
    proxy.failWith('PutItem', fault, ALWAYS);
    expectUnavailable(await call('POST', '/todo', { body: { title: 'New' } }));
    proxy.clearFaults();
    expect(await snapshot()).toMatchObject([{ title: 'There before' }]);
  });

  it('with a wrong checksum is requested again, and is at last a 503', async () => {
    proxy.failWith('GetItem', { kind: 'wrong-checksum' });
    expect((await call('GET', `/todo/${id}`)).status).toBe(200);
    proxy.takeOperations();
    proxy.failWith('GetItem', { kind: 'wrong-checksum' }, ALWAYS);
    expectUnavailable(await call('GET', `/todo/${id}`));
    expect(proxy.takeOperations()).toHaveLength(MAX_ATTEMPTS);
  });

  it.each([
    [200, '{"Item":{"title":{"S":"canary-7141"},'],
    [200, '{"Item":canary-7141}'],
    [200, '{"Item":{"title":{"X":"canary-7141"}}}'],
    [400, '<html>canary-7141'],
    [400, '{"message":"canary-7141"}'],
    [500, 'canary-7141'],
  ])('is not quoted in the log (%i %s)', async (status, body) => {
    const before = system.output.length;
    const stranger = await newUser();
    proxy.failWith('*', { kind: 'false-response', status, body }, ALWAYS);
    expectUnavailable(await call('GET', `/todo/${id}`));
    expectProblem(await stranger('GET', '/me'), 503);
    const lines = system.output.slice(before);
    expect(lines.join('\n')).toContain('InvalidResponseError');
    expect(lines.filter((line) => line.includes('canary-7141'))).toEqual([]);
  });
});

describe('an error of DynamoDB that is not temporary', () => {
  const unavailable = 'The service is temporarily unavailable. Try again.';
  it.each([
    ['ExpiredTokenException', 503, unavailable],
    ['UnrecognizedClientException', 503, unavailable],
    ['KMSAccessDenied', 503, unavailable],
    [
      'ItemCollectionSizeLimitExceededException',
      409,
      'Your data have reached 10 GB. Delete something, and try again.',
    ],
    ['AccessDeniedException', 500, 'An unexpected error occurred.'],
    ['ResourceNotFoundException', 500, 'An unexpected error occurred.'],
    ['SomethingNewException', 500, 'An unexpected error occurred.'],
  ])('is a problem with a status and a reason: %s', async (type, status, detail) => {
    proxy.failWith('PutItem', { kind: 'error-response', status: 400, type });
    const response = await call('POST', '/todo', { body: { title: 'New' } });
    expectProblem(response, status);
    expect(response.body.detail).toBe(detail);
    expect(await snapshot()).toMatchObject([{ title: 'There before' }]);
  });
});

describe('a temporary fault', () => {
  const title = '(DynamoDB %s at one %s) does not affect %s %s';
  const casesOf = (faults: typeof outages) =>
    faults.flatMap(([name, fault]) =>
      requestsByOperation.map((request) => [name, ...request, fault] as const),
    );
  const expectSuccess = async (
    ...[, operation, method, path, body, fault]: ReturnType<typeof casesOf>[number]
  ) => {
    proxy.failWith(operation, fault);
    const { status } = await call(method, path.replace(':id', id), { body });
    expect([200, 201, 204]).toContain(status);
    expect(proxy.takeOperations().filter((each) => each === operation).length).toBeGreaterThanOrEqual(2);
  };
  it.each(casesOf(outages))(title, expectSuccess);
  it.each(casesOf(throttles))(title, { tags: 'long' }, expectSuccess);

  it.each(['GetItem', 'PutItem', 'UpdateItem'])(
    '(%s fails at the first sign-in) is repaired by the next sign-in',
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
    '(%s number %i of an idempotent POST) leaves one todo when the client repeats the POST',
    async (operation, nth) => {
      const post = () =>
        call('POST', '/todo', { body: { title: 'Keyed' }, headers: { 'Idempotency-Key': 'k' } });
      proxy.failWith(operation, { kind: 'slow', delayMs: 0 }, nth);
      proxy.failWith(operation, { kind: 'lost-response' }, MAX_ATTEMPTS);
      expectUnavailable(await post());
      const { status, body } = await post();
      expect(status).toBe(201);
      expect((await snapshot()).filter(({ title }: { title: string }) => title === 'Keyed')).toEqual([body]);
    },
  );
});

describe('an incomplete response of DynamoDB', () => {
  it.each(requestsByOperation)(
    'to one %s is requested again, and does not affect %s %s',
    async (operation, method, path, body) => {
      proxy.failWith(operation, { kind: 'cut-response' });
      const { status } = await call(method, path.replace(':id', id), { body });
      expect([200, 201, 204]).toContain(status);
      expect(proxy.takeOperations().filter((each) => each === operation).length).toBeGreaterThanOrEqual(2);
    },
  );

  it('at every attempt is a 503', async () => {
    proxy.failWith('Query', { kind: 'cut-response' }, ALWAYS);
    expectUnavailable(await call('GET', '/todo'));
    expect(proxy.takeOperations()).toHaveLength(MAX_ATTEMPTS);
  });
});

describe('a batch that DynamoDB processes in part', () => {
  const unprocessed: DynamoDbFault = { kind: 'unprocessed' };
  const operations = (count: number, operation: string) => Array(count).fill(operation);
  beforeEach(async () => {
    for (let i = 0; i < 4; i++) await call('POST', '/todo', { body: { title: `Todo ${i}` } });
    proxy.takeOperations();
  });

  it('is sent again with the rest, until all todos are deleted', async () => {
    proxy.failWith('BatchWriteItem', unprocessed, 2);
    expect((await call('DELETE', '/todo')).status).toBe(204);
    expect(proxy.takeOperations()).toEqual(['Query', ...operations(3, 'BatchWriteItem')]);
    expect(await snapshot()).toEqual([]);
  });

  it('three times is a 503 with Retry-After, and the client can repeat the request', async () => {
    proxy.failWith('BatchWriteItem', unprocessed, 3);
    expectUnavailable(await call('DELETE', '/todo'));
    expect(proxy.takeOperations()).toEqual(['Query', ...operations(3, 'BatchWriteItem')]);
    expect(await snapshot()).toHaveLength(2);
    expect((await call('DELETE', '/todo')).status).toBe(204);
    expect(await snapshot()).toEqual([]);
  });

  it('is read again, until the export is complete', async () => {
    const { body: whole } = await call('GET', '/me/export');
    proxy.takeOperations();
    proxy.failWith('BatchGetItem', unprocessed, 2);
    expect(await call('GET', '/me/export')).toMatchObject({ status: 200, body: whole });
    expect(proxy.takeOperations()).toEqual(['GetItem', 'Query', ...operations(3, 'BatchGetItem')]);
  });
});

describe('while DynamoDB does not respond', () => {
  it.each(['hang', 'hanging-response', 'stalled-response'] as const)(
    'a request is a 503 well before the function’s timeout (%s)',
    { tags: 'long' },
    async (kind) => {
      proxy.failWith('UpdateItem', { kind }, ALWAYS);
      expectUnavailable(await call('PATCH', `/todo/${id}`, { body: { title: 'Late' } }));
      expect(proxy.takeOperations()).toHaveLength(MAX_ATTEMPTS);
    },
  );

  it('a sign-in is a 503', { tags: 'long' }, async () => {
    const stranger = await newUser();
    proxy.failWith('GetItem', { kind: 'hang' }, ALWAYS);
    expectProblem(await stranger('GET', '/me'), 503);
    proxy.clearFaults();
    expect((await stranger('GET', '/me')).status).toBe(200);
  });

  it('a request with several slow calls gets a 503 before its timeout, and can be repeated', {
    tags: 'long',
  }, async () => {
    const post = () =>
      call('POST', '/todo', { body: { title: 'Slow' }, headers: { 'Idempotency-Key': 's' } });
    // Both puts take place, but only their last attempt gets a response. The update gets no response.
    for (let i = 0; i < 2; i++) {
      proxy.failWith('PutItem', { kind: 'hanging-response' }, MAX_ATTEMPTS - 1);
      proxy.failWith('PutItem', { kind: 'slow', delayMs: 0 });
    }
    proxy.failWith('UpdateItem', { kind: 'hang' }, ALWAYS);
    expectUnavailable(await post());
    proxy.clearFaults();
    const { status, body } = await post();
    expect(status).toBe(201);
    expect((await snapshot()).filter(({ title }: { title: string }) => title === 'Slow')).toEqual([body]);
  });
});

describe('retries', () => {
  it('are numbered up to the maximum', async () => {
    proxy.takeAttempts();
    proxy.failWith('UpdateItem', broken, ALWAYS);
    expectUnavailable(await call('PATCH', `/todo/${id}`, { body: { title: 'Late' } }));
    expect(proxy.takeAttempts()).toEqual(['UpdateItem 1/3', 'UpdateItem 2/3', 'UpdateItem 3/3']);
  });

  it('wait for a random time, and longer at each attempt', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', proxy.endpoint);
    const client = createDocumentClient();
    const waitsWith = async (random: number): Promise<number[]> => {
      proxy.failWith('GetItem', broken, MAX_ATTEMPTS);
      vi.spyOn(Math, 'random').mockReturnValue(random);
      const timers = vi.spyOn(globalThis, 'setTimeout');
      const read = new GetCommand({ TableName: 'any', Key: { pk: 'a', sk: 'b' } });
      await expect(client.send(read)).rejects.toThrow();
      const waits = timers.mock.calls.map(([, milliseconds]) => Number(milliseconds ?? 0));
      vi.restoreAllMocks();
      return waits;
    };
    const [shortest, longest] = [await waitsWith(0), await waitsWith(0.999)];
    const jitter = longest.filter((wait) => !shortest.includes(wait));
    expect(jitter).toHaveLength(MAX_ATTEMPTS - 1);
    expect(jitter[1]).toBeGreaterThan(jitter[0] ?? Number.POSITIVE_INFINITY);
    expect(Math.max(...jitter)).toBeLessThan(1_000);
    client.destroy();
    vi.unstubAllEnvs();
  });

  it.each(routes.filter(({ id: name }) => !['clearTodos', 'deleteMe'].includes(name)))(
    'of all calls of a request fit into the timeout of its function: $id',
    ({ id: name, timeoutSeconds = 10 }) => {
      // The largest number of sequential calls. A route makes them if each of its conditions fails.
      const calls: Readonly<Record<string, number>> = {
        createTodo: 5,
        replaceTodo: 2,
        updateTodo: 2,
        deleteTodo: 3,
        // The profile, a page, and a batch that is sent three times. It has the links and addresses of a user, if they
        // are at most 99.
        getExport: 5,
      };
      const longestWait = 0.6;
      const longestCall = MAX_ATTEMPTS * ATTEMPT_SECONDS + longestWait;
      const pausesOfBatch = name === 'getExport' ? 1.2 : 0;
      expect((calls[name] ?? 1) * longestCall + pausesOfBatch).toBeLessThan(timeoutSeconds);
    },
  );
});

describe('a worker that is killed in the middle of a request', () => {
  const gate = temporaryFolder();
  afterAll(() => gate.remove());
  const killFile = join(gate.path, 'die');

  /** Gives the function the same code in a worker that exits when the file exists. */
  function makeKillable(functionId: string): void {
    const { functions } = system.deployment.deployment;
    const spec = functions.find(({ logicalId }) => logicalId.startsWith(functionId));
    if (!spec) throw new Error(`There is no function ${functionId}`);
    writeFiles(gate.path, {
      'index.mjs': `
        import { existsSync } from 'node:fs';
        export { handler } from ${JSON.stringify(`${spec.codePath}/index.mjs`)};
        setInterval(() => existsSync(${JSON.stringify(killFile)}) && process.exit(1), 5).unref();`,
    });
    system.deployment.replaceCode(functionId, gate.path);
  }
  const kill = () => writeFileSync(killFile, '');
  afterEach(() => {
    rmSync(killFile, { force: true });
    const { functions } = system.deployment.deployment;
    for (const functionId of ['createTodo', 'updateTodo']) {
      const spec = functions.find(({ logicalId }) => logicalId.startsWith(functionId));
      if (spec) system.deployment.replaceCode(functionId, spec.codePath);
    }
  });

  it.each(['before', 'after'])(
    'is a 502, and the change is complete or absent (killed %s it reached DynamoDB)',
    async (when) => {
      makeKillable('updateTodo');
      const responded = Promise.withResolvers<void>();
      const meanwhile = async () => {
        kill();
        await responded.promise;
      };
      proxy.failWith(
        'UpdateItem',
        when === 'after' ? { kind: 'lost-response', meanwhile } : { kind: 'hang', meanwhile },
      );
      const response = await call('PATCH', `/todo/${id}`, {
        body: { title: 'By the dying', completed: true },
      });
      responded.resolve();
      expect(response.status).toBe(502);
      expect(response.body).toMatchObject({
        title: 'Internal Server Error',
        detail: 'An unexpected error occurred.',
      });
      const changed =
        when === 'after'
          ? { title: 'By the dying', completed: true }
          : { title: 'There before', completed: false };
      expect(await call('GET', `/todo/${id}`)).toMatchObject({ status: 200, body: changed });
      expect((await call('GET', '/todo?completed=true')).body).toHaveLength(when === 'after' ? 1 : 0);
    },
  );

  it('leaves one todo when the client repeats its POST, and a new worker runs the next request', async () => {
    makeKillable('createTodo');
    const responded = Promise.withResolvers<void>();
    const meanwhile = async () => {
      kill();
      await responded.promise;
    };
    proxy.failWith('UpdateItem', { kind: 'lost-response', meanwhile });
    const post = () =>
      call('POST', '/todo', { body: { title: 'Mortal' }, headers: { 'Idempotency-Key': 'm' } });
    expect((await post()).status).toBe(502);
    responded.resolve();
    rmSync(killFile);
    const { status, body } = await post();
    expect(status).toBe(201);
    expect((await snapshot()).filter(({ title }: { title: string }) => title === 'Mortal')).toEqual([body]);
  });
});

it('an error that is not an outage is a 500 without details, and is not retried', async () => {
  proxy.failWith('*', { kind: 'error-response', status: 400, type: 'ValidationException' });
  const response = await call('GET', '/todo');
  expectProblem(response, 500);
  expect(response.body.detail).toBe('An unexpected error occurred.');
  expect(proxy.takeOperations()).toEqual(['Query']);
});
