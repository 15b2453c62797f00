import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ulid } from '../../functions/dynamodb/ulid.ts';
import { bundleFile, bundleFunctions } from '../../infra/build/bundle.ts';
import { temporaryFolder, writeFiles } from '../support/cloud-assembly.ts';
import { proxyEvent } from '../support/events.ts';
import { type Listener, listen } from '../support/listen.ts';
import { projectDir } from '../support/local-process.ts';

const folder = temporaryFolder();
const run = promisify(execFile);

/** An engine with one fixed response. It fails the first requests, as many as `failures` says. */
const received: IncomingHttpHeaders[] = [];
let failures = 0;
/** The connection of each request, and the number of the request at which it breaks. */
const connections: unknown[] = [];
let breaksAt = 0;
const capacity = '"ConsumedCapacity":{"TableName":"todos","CapacityUnits":1}';
let engineResponse = `{${capacity}}`;
const engine = createServer((request, response) => {
  received.push(request.headers);
  connections.push(request.socket);
  if (received.length === breaksAt) {
    request.socket.destroy();
    return;
  }
  const isFailing = received.length <= failures;
  response.writeHead(isFailing ? 500 : 200, { 'Content-Type': 'application/x-amz-json-1.0' });
  request
    .resume()
    .on('end', () => response.end(isFailing ? '{"__type":"InternalServerError"}' : engineResponse));
});
let listener: Listener;

beforeAll(async () => {
  bundleFunctions(folder.path);
  listener = await listen(engine);
});
afterAll(async () => {
  await listener.close();
  folder.remove();
});
beforeEach(() => {
  received.length = 0;
  connections.length = 0;
  failures = 0;
  breaksAt = 0;
  engineResponse = `{${capacity}}`;
});

/** The variables that Lambda sets, and the address of the engine. */
const lambdaEnvironment = () => ({
  TABLE_NAME: 'todos',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'session',
  AWS_ENDPOINT_URL_DYNAMODB: listener.url,
});

/** Prints each host that the bundle looks up, and finds none. */
const NO_NETWORK = `
  require('node:dns').lookup = (host, options, done) => {
    console.error(host);
    done(Object.assign(new Error('no network'), { code: 'ENOTFOUND' }));
  };`;

/** Prints each file that the bundle reads. In a bundle, this function replaces the one of node:fs/promises. */
const SHOW_FILES = `
  const fs = require('node:fs');
  const { readFile } = fs;
  fs.readFile = (file, ...args) => {
    console.error('reads ' + file);
    readFile(file, ...args);
  };`;

/** Gets a todo with the bundle of the route, in a process that has only this environment. */
async function getTodo(environment: NodeJS.ProcessEnv, preload = '') {
  const id = ulid(0);
  const caller = { user_id: 'u', email: 'e@example.com', subject: 's', scope: '', expires_at: '99999999999' };
  const event = proxyEvent({ resource: '/todo/{id}', pathParameters: { id }, caller });
  const script = `${preload}
    import(${JSON.stringify(bundleFile(folder.path, 'getTodo'))})
      .then(({ handler }) => handler(${JSON.stringify(event)}))
      .then(({ statusCode }) => console.log('status ' + statusCode))
      .catch(({ stack }) => { console.error(stack); process.exitCode = 1; });`;
  const { stdout, stderr } = await run(process.execPath, ['--eval', script], {
    env: { HOME: folder.path, ...environment },
  });
  return { status: Number(/status (\d+)/.exec(stdout)?.[1]), output: stdout + stderr };
}

describe('a bundle', () => {
  it('has no index.js, which Lambda would load in place of index.mjs', () => {
    const files = readdirSync(join(folder.path, 'getTodo'));
    expect(files.sort()).toEqual(['function.cjs', 'function.cjs.map', 'index.mjs']);
  });

  it('loads its code as CommonJS, and waits until the handler is primed', async () => {
    const entry = readFileSync(bundleFile(folder.path, 'getTodo'), 'utf8');
    writeFiles(folder.path, {
      'primed/index.mjs': entry,
      'primed/function.cjs': `
        exports.handler = Object.assign(() => exports.handler.isPrimed, {
          prime: async () => { await null; exports.handler.isPrimed = true; },
        });`,
      'plain/index.mjs': entry,
      'plain/function.cjs': 'exports.handler = () => 1;',
    });
    const primed = await import(bundleFile(folder.path, 'primed'));
    const plain = await import(bundleFile(folder.path, 'plain'));
    expect(primed.handler()).toBe(true);
    expect(plain.handler()).toBe(1);
  });
});

describe('the AWS SDK in a bundle', () => {
  it('takes the region, the credentials and the endpoint from the environment', async () => {
    expect((await getTodo(lambdaEnvironment())).status).toBe(404);
    expect(received).toHaveLength(1);
    expect(received[0]?.authorization).toContain('Credential=AKIDEXAMPLE/');
    expect(received[0]?.authorization).toContain('/eu-central-1/dynamodb/aws4_request');
    expect(received[0]?.['x-amz-security-token']).toBe('session');
  });

  it('calls DynamoDB in the region if no endpoint is set', async () => {
    const { AWS_ENDPOINT_URL_DYNAMODB: _, ...environment } = lambdaEnvironment();
    const { status, output } = await getTodo(environment, NO_NETWORK);
    expect(status).toBe(503);
    expect(output).toContain('dynamodb.eu-central-1.amazonaws.com');
  });

  it('sends nothing without credentials', async () => {
    const { AWS_ACCESS_KEY_ID: _, ...environment } = lambdaEnvironment();
    expect((await getTodo(environment)).status).toBe(500);
    expect(received).toEqual([]);
  });

  it('repeats a failed request', async () => {
    failures = 2;
    expect((await getTodo(lambdaEnvironment())).status).toBe(404);
    expect(received).toHaveLength(3);
  });

  it('uses the endpoint of all services if none is set for DynamoDB', async () => {
    const { AWS_ENDPOINT_URL_DYNAMODB: AWS_ENDPOINT_URL, ...environment } = lambdaEnvironment();
    expect((await getTodo({ ...environment, AWS_ENDPOINT_URL })).status).toBe(404);
  });

  it('reads no configuration file, with and without an endpoint', async () => {
    const { AWS_ENDPOINT_URL_DYNAMODB, ...deployed } = lambdaEnvironment();
    const local = await getTodo({ ...deployed, AWS_ENDPOINT_URL_DYNAMODB }, SHOW_FILES);
    expect(local.status).toBe(404);
    const remote = await getTodo(deployed, NO_NETWORK + SHOW_FILES);
    expect(remote.output).toContain('dynamodb.eu-central-1.amazonaws.com');
    for (const { output } of [local, remote]) expect(output).not.toContain('reads ');
  });

  it('reads the configuration files if the environment has no region', async () => {
    const { AWS_REGION: _, ...environment } = lambdaEnvironment();
    expect((await getTodo(environment, SHOW_FILES)).output).toContain(
      `reads ${join(folder.path, '.aws/config')}`,
    );
  });
});

describe('the connection that the priming opened', () => {
  /** Lets the priming take as long as it takes on a slow machine. */
  const PATIENT = `
    const { setTimeout } = globalThis;
    globalThis.setTimeout = (callback, ms) => setTimeout(callback, 100 * ms);`;
  const getTodoPrimed = () => getTodo({ ...lambdaEnvironment(), PRIMING_ACTION: 'GetItem' }, PATIENT);
  const sockets = () => new Set(connections).size;

  it('is used by the first request', async () => {
    const { status, output } = await getTodoPrimed();
    expect(status).toBe(404);
    expect(received).toHaveLength(2);
    expect(sockets()).toBe(1);
    expect(output).not.toContain('priming');
  });

  it('may be dead when the function is thawed: the first request then takes a new one', async () => {
    breaksAt = 2;
    const { status, output } = await getTodoPrimed();
    expect(status).toBe(404);
    expect(received).toHaveLength(3);
    expect(sockets()).toBe(2);
    expect(output).not.toContain('"level":"ERROR"');
  });
});

describe('a stack trace', () => {
  /**
   * The source lines that a stack trace in the output names, innermost first. The bundles are in a temporary folder.
   * So a path can have more folders before those of the project.
   */
  const sourceLines = (output: string) =>
    [...output.matchAll(/at [^\n"(]*\([^\s"()]*?(functions\/[\w/-]+\.ts):(\d+):\d+/g)].map(
      ([, file, line]) => {
        const source = readFileSync(join(projectDir, file as string), 'utf8');
        return `${file}: ${source.split('\n')[Number(line) - 1]?.trim()}`;
      },
    );

  it('of a failed request shows the source', async () => {
    engineResponse = `{"Item":{"pk":{"S":"no todo"}},${capacity}}`;
    const { status, output } = await getTodo(lambdaEnvironment());
    expect(status).toBe(500);
    expect(sourceLines(output)[0]).toMatch(
      /^functions\/dynamodb\/item\.ts: if \(attribute === undefined\) throw new MalformedItemError/,
    );
  });

  it('of a function that cannot start shows the source', async () => {
    const { TABLE_NAME: _, ...environment } = lambdaEnvironment();
    const { stderr } = await getTodo(environment).catch((error) => error);
    expect(stderr).toContain('ConfigError: TABLE_NAME is not set.');
    expect(sourceLines(stderr)[0]).toMatch(/^functions\/config\.ts: if \(!value\) throw/);
  });
});
