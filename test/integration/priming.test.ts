import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { primeClient } from '../../functions/dynamodb/priming.ts';
import type { FunctionSpec } from '../../infra/local/deployment-spec.ts';
import { createLambda } from '../../infra/local/lambda/lambda.ts';
import { type Client, createClient } from '../support/client.ts';
import { engines, startTable, type TestTable } from '../support/engines.ts';
import { proxyEvent } from '../support/events.ts';
import { type DynamoDbFault, type FaultyProxy, PRIMING, startFaultyProxy } from '../support/faulty-proxy.ts';
import { freePort } from '../support/local-process.ts';
import { type System, startSystem } from '../support/system.ts';

describe.each(engines)('the read of the priming, on $name,', (engine) => {
  let table: TestTable;
  beforeAll(async () => {
    table = await startTable(engine);
  });
  afterAll(() => table.close());

  it.each([
    { PRIMING_ACTION: 'GetItem' },
    { PRIMING_ACTION: 'Query' },
    { PRIMING_ACTION: 'Query', PRIMING_INDEX: 'byDay' },
  ])('takes at most half a read unit, and reads nothing: %j', async (environment) => {
    const outputs: { Item?: object; Items?: object[]; ConsumedCapacity?: { CapacityUnits?: number } }[] = [];
    const client = {
      async send(command: { input: object }, options: object) {
        Object.assign(command.input, { ReturnConsumedCapacity: 'TOTAL' });
        outputs.push((await table.client.send(command as never, options)) as never);
      },
    } as unknown as DynamoDBDocumentClient;
    await primeClient({ client, tableName: table.tableName }, environment, new AbortController().signal);
    expect(outputs).toHaveLength(1);
    expect(outputs[0]?.ConsumedCapacity?.CapacityUnits).toBeLessThanOrEqual(0.5);
    expect(outputs[0]?.Item).toBeUndefined();
    expect(outputs[0]?.Items ?? []).toEqual([]);
    expect(await table.items()).toEqual([]);
  });
});

describe('a function that starts', () => {
  let system: System;
  let proxy: FaultyProxy;
  let call: Client;
  let token: string;
  const lines: string[] = [];
  const primingLines = () =>
    lines.filter((line) => line.includes('"message":"priming"')).map((line) => JSON.parse(line));

  beforeAll(async () => {
    system = await startSystem({
      intercept: async (endpoint) => {
        proxy = await startFaultyProxy(endpoint);
        return proxy;
      },
      onOutput: (line) => lines.push(line),
    });
    const { subject } = system.issuer.addUser({ email: 'ann@example.com' });
    token = await system.issuer.mintToken({ subject });
    call = createClient(system.apiUrl, token);
    await call('GET', '/todo');
  });
  afterAll(() => system.close());
  beforeEach(() => {
    for (const functionId of ['createTodo', 'listTodos', 'authorizer']) restart(functionId);
    lines.length = 0;
  });
  afterEach(() => proxy.clearFaults());

  const specOf = (functionId: string) =>
    system.deployment.deployment.functions.find(({ logicalId }) =>
      logicalId.startsWith(functionId),
    ) as FunctionSpec;

  /** Gives the function new environments. */
  function restart(functionId: string): void {
    system.deployment.replaceCode(functionId, specOf(functionId).codePath);
  }

  /** As many failures as the SDK makes attempts. */
  const always = 3;

  // The SDK repeats attempts that may succeed. On a slow machine this takes longer than the priming may.
  it.each<[string, DynamoDbFault, RegExp]>([
    ['never responds', { kind: 'hang' }, /^PrimingTimeout$/],
    ['stalls in its response', { kind: 'stalled-response' }, /^PrimingTimeout$/],
    ['resets the connection', { kind: 'reset' }, /^(ECONNRESET|PrimingTimeout)$/],
    [
      'responds with garbage',
      { kind: 'false-response', body: '<html>' },
      /^(InvalidResponseError|PrimingTimeout)$/,
    ],
    [
      'responds with nothing',
      { kind: 'false-response', body: '' },
      /^(InvalidResponseError|PrimingTimeout)$/,
    ],
    [
      'refuses it',
      { kind: 'error-response', status: 400, type: 'AccessDeniedException' },
      /^AccessDeniedException$/,
    ],
    [
      'has no such table',
      { kind: 'error-response', status: 400, type: 'ResourceNotFoundException' },
      /^ResourceNotFoundException$/,
    ],
    [
      'fails',
      { kind: 'error-response', status: 500, type: 'InternalServerError' },
      /^(InternalServerError|PrimingTimeout)$/,
    ],
  ])('while the engine %s handles its first request, and logs one warning', async (_name, fault, reason) => {
    proxy.failWith(PRIMING, fault, always);
    const { status } = await call('POST', '/todo', { body: { title: 'First' } });
    expect(status).toBe(201);
    expect(primingLines()).toEqual([
      expect.objectContaining({ level: 'WARN', outcome: 'failed', reason: expect.stringMatching(reason) }),
    ]);
    expect(primingLines()[0]).not.toHaveProperty('_aws');
    expect(lines.filter((line) => /Uncaught|Unhandled|"level":"ERROR"/.test(line))).toEqual([]);
    lines.length = 0;
    expect((await call('POST', '/todo', { body: { title: 'Second' } })).status).toBe(201);
    expect(primingLines()).toEqual([]);
  });

  it('verifies tokens if it is the authorizer, and asks Auth0 for no keys', async () => {
    proxy.failWith(PRIMING, { kind: 'hang' }, always);
    const { subject } = system.issuer.addUser({ email: 'ben@example.com' });
    const newClient = createClient(system.apiUrl, await system.issuer.mintToken({ subject }));
    expect((await newClient('GET', '/todo')).status).toBe(200);
    expect(primingLines().map(({ reason }) => reason)).toContain('PrimingTimeout');
    expect(lines.filter((line) => line.includes('"message":"jwks"'))).toEqual([]);
    expect(lines.filter((line) => line.includes('"message":"authorization"'))).toHaveLength(1);
  });

  it('without an engine responds with a 503, and each new start after a crash does', async () => {
    const spec = specOf('createTodo');
    const output: string[] = [];
    const lambda = createLambda(spec, {
      environment: {
        AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${await freePort()}`,
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
      },
      onOutput: (line) => output.push(line),
    });
    const event = proxyEvent({
      method: 'POST',
      body: { title: 'Nowhere' },
      caller: {
        kind: 'user',
        userId: 'u',
        email: 'e@example.com',
        subject: 's',
        scopes: [],
        expiresAt: 9_999_999_999,
      },
    });
    for (let start = 1; start <= 2; start++) {
      expect(await lambda.invoke(event)).toMatchObject({ ok: true, payload: { statusCode: 503 } });
      const warnings = output.filter((line) => line.includes('"message":"priming"'));
      expect(warnings).toHaveLength(start);
      expect(warnings.at(-1)).toMatch(/"reason":"(ECONNREFUSED|PrimingTimeout)"/);
      lambda.replaceCode(spec.codePath);
    }
    await lambda.close();
  });
});
