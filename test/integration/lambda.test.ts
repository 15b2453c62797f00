import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FunctionSpec } from '../../infra/local/deployment-spec.ts';
import { createLambda, type Lambda } from '../../infra/local/lambda/lambda.ts';
import { temporaryFolder, writeFiles } from '../support/cloud-assembly.ts';

let folder: ReturnType<typeof temporaryFolder>;
const lambdas: Lambda[] = [];
const output: string[] = [];

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await Promise.all(lambdas.splice(0).map((lambda) => lambda.close()));
  output.length = 0;
  folder.remove();
});

function lambdaOf(
  code: string,
  overrides: Partial<FunctionSpec> & {
    file?: string;
    maxWorkers?: number;
    maxWaiting?: number;
    variables?: Record<string, string>;
  } = {},
): Lambda {
  const { file = 'index.mjs', maxWorkers, maxWaiting, variables, ...spec } = overrides;
  writeFiles(folder.path, { [file]: code });
  const lambda = createLambda(
    {
      logicalId: 'Function',
      name: 'Test-Function',
      aliasArns: [],
      allowedActions: [],
      arn: 'arn:aws:lambda:eu-central-1:123456789012:function:Test-Function',
      region: 'eu-central-1',
      codePath: folder.path,
      handler: 'index.handler',
      runtime: 'nodejs24.x',
      environment: {},
      timeoutSeconds: 10,
      memoryMb: 128,
      logGroup: '/aws/lambda/Test-Function',
      ...spec,
    },
    {
      onOutput: (line) => output.push(line),
      ...(maxWorkers === undefined ? {} : { maxWorkers }),
      ...(maxWaiting === undefined ? {} : { maxWaiting }),
      ...(variables === undefined ? {} : { environment: variables }),
    },
  );
  lambdas.push(lambda);
  return lambda;
}

/** A handler that returns once the file `gate` exists, so that a test decides when an invocation ends. */
const GATED = `
  import { existsSync } from 'node:fs';
  export const handler = async ({ gate, value }) => {
    while (!existsSync(gate)) await new Promise((resolve) => setTimeout(resolve, 5));
    return value;
  };`;

const gate = (name: string) => `${folder.path}/${name}`;
const open = (name: string) => writeFiles(folder.path, { [name]: '' });

describe('a handler', () => {
  test('receives the event and returns a result, both as JSON', async () => {
    const lambda = lambdaOf(
      'export const handler = async (event) => ({ event, at: new Date(0), none: undefined });',
    );
    expect(await lambda.invoke({ a: 1, when: new Date(0), none: undefined })).toEqual({
      ok: true,
      payload: { event: { a: 1, when: '1970-01-01T00:00:00.000Z' }, at: '1970-01-01T00:00:00.000Z' },
    });
  });

  test('runs in a thread without the TypeScript compiler of Node.js', async () => {
    const lambda = lambdaOf(
      "export const handler = async () => process.moduleLoadList.filter((name) => name.includes('amaro'));",
    );
    expect(await lambda.invoke({})).toEqual({ ok: true, payload: [] });
  });

  test('measures the time since its own environment began, as in a process of its own', async () => {
    const earlier = performance.timeOrigin + performance.now();
    const lambda = lambdaOf(
      'export const handler = async () => [performance.timeOrigin, performance.timeOrigin + performance.now()];',
    );
    const { payload } = (await lambda.invoke({})) as { payload: [begin: number, now: number] };
    const later = performance.timeOrigin + performance.now();
    const [begin, now] = payload;
    expect([earlier, begin, now, later]).toEqual([earlier, begin, now, later].sort((a, b) => a - b));
  });

  test('that returns nothing returns null', async () => {
    expect(await lambdaOf('export const handler = async () => {};').invoke({})).toEqual({
      ok: true,
      payload: null,
    });
  });

  test('can be CommonJS, in a folder, and not async', async () => {
    const lambda = lambdaOf('exports.run = (event) => event.a;', {
      file: 'src/main.js',
      handler: 'src/main.run',
    });
    expect(await lambda.invoke({ a: 1 })).toEqual({ ok: true, payload: 1 });
  });

  test('has a context of its function and invocation', async () => {
    const lambda = lambdaOf(`export const handler = async (_event, context) =>
      ({ ...context, remaining: context.getRemainingTimeInMillis() });`);
    const { payload: first } = (await lambda.invoke({})) as { payload: Record<string, unknown> };
    const { payload: second } = (await lambda.invoke({})) as { payload: Record<string, unknown> };
    expect(first).toEqual({
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      callbackWaitsForEmptyEventLoop: true,
      functionName: 'Test-Function',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:Test-Function',
      logGroupName: '/aws/lambda/Test-Function',
      logStreamName: expect.stringContaining('[$LATEST]'),
      memoryLimitInMB: '128',
      remaining: expect.any(Number),
    });
    expect(first.remaining).toBeGreaterThan(0);
    expect(first.remaining).toBeLessThanOrEqual(10_000);
    expect(second.awsRequestId).not.toBe(first.awsRequestId);
  });

  test('writes to the output by lines', async () => {
    const lambda = lambdaOf(`export const handler = async () => {
      process.stdout.write('one\\ntw'); process.stdout.write('o\\n'); console.error('three'); };`);
    await lambda.invoke({});
    await vi.waitFor(() => expect(output.toSorted()).toEqual(['one', 'three', 'two']), 30_000);
  });
});

describe('the environment', () => {
  test('has the variables of the template, of Lambda and of the caller, and none of the host', async () => {
    process.env.HOST_SECRET = 'secret';
    const lambda = lambdaOf('export const handler = async () => process.env;', {
      environment: { TABLE: 'todos' },
      variables: { AWS_ENDPOINT_URL_DYNAMODB: 'http://localhost:8000' },
    });
    const result = await lambda.invoke({});
    delete process.env.HOST_SECRET;
    expect(result).toEqual({
      ok: true,
      payload: {
        TABLE: 'todos',
        AWS_ENDPOINT_URL_DYNAMODB: 'http://localhost:8000',
        _HANDLER: 'index.handler',
        AWS_DEFAULT_REGION: 'eu-central-1',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
        AWS_LAMBDA_FUNCTION_NAME: 'Test-Function',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/Test-Function',
        AWS_LAMBDA_LOG_STREAM_NAME: expect.any(String),
        AWS_REGION: 'eu-central-1',
        LAMBDA_TASK_ROOT: folder.path,
        LANG: 'en_US.UTF-8',
        TZ: ':UTC',
      },
    });
  });

  test('gets its first event when the top-level await of its module is over', async () => {
    const lambda = lambdaOf(`let isReady = false;
      await new Promise((resolve) => setTimeout(resolve, 200));
      isReady = true;
      export const handler = async () => isReady;`);
    expect(await lambda.invoke({})).toEqual({ ok: true, payload: true });
  });

  test('keeps the state of its modules between invocations, and shares no state with another function', async () => {
    const code =
      'let count = 0; globalThis.shared ??= 0; export const handler = async () => [++count, ++globalThis.shared];';
    const lambda = lambdaOf(code);
    const other = lambdaOf(code);
    await lambda.invoke({});
    expect(await lambda.invoke({})).toEqual({ ok: true, payload: [2, 2] });
    expect(await other.invoke({})).toEqual({ ok: true, payload: [1, 1] });
  });
});

describe('an error', () => {
  test.each<[string, string, string, string]>([
    ['thrown', "throw new TypeError('boom')", 'TypeError', 'boom'],
    ['thrown that is a string', "throw 'boom'", 'string', 'boom'],
    [
      'of a result that is circular',
      'const a = {}; a.a = a; return a',
      'Error',
      'Unable to stringify response body',
    ],
    ['of a result that is a BigInt', 'return 1n', 'Error', 'Unable to stringify response body'],
    [
      'of a result over 6 MB',
      "return 'x'.repeat(6_300_000)",
      'Function.ResponseSizeTooLarge',
      'exceeded maximum',
    ],
  ])('%s fails the invocation, and the worker continues', async (_name, body, errorType, message) => {
    const lambda = lambdaOf(`let count = 0;
      export const handler = async ({ fail }) => { count += 1; if (!fail) return count; ${body}; };`);
    expect(await lambda.invoke({ fail: true })).toEqual({
      ok: false,
      errorType,
      errorMessage: expect.stringContaining(message),
    });
    expect(await lambda.invoke({})).toEqual({ ok: true, payload: 2 });
  });

  test('is written to the output with its stack', async () => {
    await lambdaOf("export const handler = async () => { throw new Error('boom'); };").invoke({});
    await vi.waitFor(() => expect(output.join('\n')).toMatch(/Invoke Error Error: boom\n\s+at /), 30_000);
  });

  test.each<[string, string, string, string]>([
    [
      'an exception outside the handler',
      "setTimeout(() => { throw new RangeError('late'); })",
      'RangeError',
      'late',
    ],
    [
      'a rejection that nobody handles',
      "Promise.reject(new Error('lost'))",
      'Runtime.UnhandledPromiseRejection',
      'lost',
    ],
    ['process.exit', 'process.exit(3)', 'Runtime.ExitError', 'exit status 3'],
    ['process.exit without a status', 'process.exit()', 'Runtime.ExitError', 'without providing a reason'],
    [
      'a heap over the memory size',
      'const a = []; for (;;) a.push(new Array(1e5).fill({}))',
      'Runtime.ExitError',
      'memory',
    ],
  ])(
    'such as %s ends the worker, and the next invocation has a new one',
    async (_name, body, errorType, message) => {
      const lambda = lambdaOf(`let count = 0;
      export const handler = async ({ fail }) => {
        count += 1; if (!fail) return count; ${body}; await new Promise(() => {}); };`);
      expect(await lambda.invoke({ fail: true })).toEqual({
        ok: false,
        errorType,
        errorMessage: expect.stringContaining(message),
      });
      expect(await lambda.invoke({})).toEqual({ ok: true, payload: 1 });
      expect(lambda.stats().coldStarts).toBe(2);
    },
  );

  test.each<[string, string]>([
    ['waits', 'await new Promise(() => {})'],
    ['never yields', 'for (;;);'],
  ])('past the timeout, of a handler that %s, ends the worker', { tags: 'long' }, async (_name, body) => {
    const lambda = lambdaOf(
      `export const handler = async ({ fail }) => { if (!fail) return 'ok'; ${body}; };`,
      { timeoutSeconds: 1 },
    );
    expect(await lambda.invoke({ fail: true })).toEqual({
      ok: false,
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/Task timed out after 1\.00 seconds$/),
    });
    expect(await lambda.invoke({})).toEqual({ ok: true, payload: 'ok' });
  });

  test('because of an event over 6 MB prevents the invocation', async () => {
    const lambda = lambdaOf('export const handler = async () => 1;');
    expect(await lambda.invoke('x'.repeat(6_300_000))).toMatchObject({
      errorType: 'RequestTooLargeException',
    });
    expect(lambda.stats().coldStarts).toBe(0);
  });
});

describe('a module that does not load', () => {
  test.each<[string, string, string, string]>([
    [
      'without the export',
      'export const other = 1;',
      'Runtime.HandlerNotFound',
      'index.handler is undefined or not exported',
    ],
    [
      'whose export is not a function',
      'export const handler = 1;',
      'Runtime.HandlerNotFound',
      'is not a function',
    ],
    [
      'with a callback handler',
      'export const handler = (e, c, callback) => callback();',
      'Runtime.CallbackHandlerDeprecated',
      'callback',
    ],
    ['that imports a missing file', "import './missing.mjs';", 'Runtime.ImportModuleError', 'missing.mjs'],
    ['that does not parse', 'export const = ;', 'Runtime.UserCodeSyntaxError', 'SyntaxError'],
    ['that throws', "throw new RangeError('no configuration');", 'RangeError', 'no configuration'],
    ['that exits', 'process.exit(2);', 'Runtime.ExitError', 'exit status 2'],
  ])('%s fails every invocation', async (_name, code, errorType, message) => {
    const lambda = lambdaOf(code);
    const failure = { ok: false, errorType, errorMessage: expect.stringContaining(message) };
    expect(await Promise.all([lambda.invoke({}), lambda.invoke({})])).toEqual([failure, failure]);
    expect(await lambda.invoke({})).toEqual(failure);
  });

  test('because its file is missing fails every invocation', async () => {
    const lambda = lambdaOf('export const handler = 1;', { handler: 'other.handler' });
    expect(await lambda.invoke({})).toEqual({
      ok: false,
      errorType: 'Runtime.ImportModuleError',
      errorMessage: "Error: Cannot find module 'other'",
    });
  });
});

describe('concurrency', () => {
  test('gives each of several invocations its own worker', async () => {
    const lambda = lambdaOf(GATED, { maxWorkers: 3 });
    const results = Promise.all([1, 2, 3].map((value) => lambda.invoke({ gate: gate('go'), value })));
    await vi.waitFor(() => expect(lambda.stats()).toMatchObject({ workers: 3, busy: 3, queued: 0 }), 30_000);
    open('go');
    expect(await results).toEqual([1, 2, 3].map((payload) => ({ ok: true, payload })));
    expect(lambda.stats()).toMatchObject({ workers: 3, busy: 0 });
  });

  test('over the limit makes invocations wait in a queue', async () => {
    const lambda = lambdaOf(GATED, { maxWorkers: 1 });
    const order: unknown[] = [];
    const results = ['a', 'b', 'c'].map(async (value) => {
      order.push(await lambda.invoke({ gate: gate(value), value }));
    });
    await vi.waitFor(
      () => expect(lambda.stats()).toEqual({ workers: 1, busy: 1, queued: 2, coldStarts: 1 }),
      30_000,
    );
    for (const value of ['c', 'b', 'a']) open(value);
    await Promise.all(results);
    expect(order).toEqual(['a', 'b', 'c'].map((payload) => ({ ok: true, payload })));
  });

  test('throttles invocations when the queue is full, as AWS does', async () => {
    const lambda = lambdaOf(GATED, { maxWorkers: 1, maxWaiting: 2 });
    const first = lambda.invoke({ gate: gate('go'), value: 1 });
    await vi.waitFor(() => expect(lambda.stats().busy).toBe(1), 30_000);
    const waiting = [2, 3].map((value) => lambda.invoke({ gate: gate('go'), value }));
    expect(await lambda.invoke({})).toMatchObject({ ok: false, errorType: 'TooManyRequestsException' });
    expect(lambda.stats().queued).toBe(2);
    open('go');
    expect(await Promise.all([first, ...waiting])).toEqual(
      [1, 2, 3].map((payload) => ({ ok: true, payload })),
    );
  });

  test('uses a warm worker before it starts another', async () => {
    const lambda = lambdaOf('export const handler = async () => 1;');
    for (let i = 0; i < 5; i++) await lambda.invoke({});
    expect(lambda.stats()).toEqual({ workers: 1, busy: 0, queued: 0, coldStarts: 1 });
  });
});

describe('new code', () => {
  test('runs later invocations, and current ones finish with the old code', async () => {
    const lambda = lambdaOf(GATED);
    const old = lambda.invoke({ gate: gate('go'), value: 'old' });
    await vi.waitFor(() => expect(lambda.stats().busy).toBe(1), 30_000);

    writeFiles(folder.path, { 'next/index.mjs': "export const handler = async () => 'new';" });
    lambda.replaceCode(`${folder.path}/next`);
    expect(await lambda.invoke({})).toEqual({ ok: true, payload: 'new' });
    open('go');
    expect(await old).toEqual({ ok: true, payload: 'old' });
    await vi.waitFor(() => expect(lambda.stats().workers).toBe(1), 30_000);
  });

  test('in the same folder replaces an idle worker', async () => {
    const lambda = lambdaOf("export const handler = async () => 'old';");
    await lambda.invoke({});
    writeFiles(folder.path, { 'index.mjs': "export const handler = async () => 'new';" });
    lambda.replaceCode(folder.path);
    expect(await lambda.invoke({})).toEqual({ ok: true, payload: 'new' });
  });

  test('runs an invocation that waited for the start of the old code', async () => {
    const lambda = lambdaOf('await new Promise(() => {}); export const handler = 1;');
    const waiting = lambda.invoke({});
    writeFiles(folder.path, { 'index.mjs': "export const handler = async () => 'new';" });
    lambda.replaceCode(folder.path);
    expect(await waiting).toEqual({ ok: true, payload: 'new' });
  });
});

test('closing ends current and waiting invocations, and refuses new ones', async () => {
  const lambda = lambdaOf('export const handler = async () => new Promise(() => {});', { maxWorkers: 1 });
  const running = lambda.invoke({});
  await vi.waitFor(() => expect(lambda.stats().busy).toBe(1), 30_000);
  const waiting = lambda.invoke({});
  await lambda.close();
  expect(await running).toMatchObject({ ok: false, errorType: 'Runtime.ExitError' });
  expect(await waiting).toMatchObject({ ok: false, errorType: 'ServiceException' });
  expect(await lambda.invoke({})).toMatchObject({ ok: false, errorType: 'ServiceException' });
  expect(lambda.stats().workers).toBe(0);
});
