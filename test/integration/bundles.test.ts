import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ulid } from '../../functions/dynamodb/ulid.ts';
import { bundleFile, bundleFunctions } from '../../infra/build/bundle.ts';
import { temporaryFolder } from '../support/cloud-assembly.ts';
import { proxyEvent } from '../support/events.ts';
import { type Listener, listen } from '../support/listen.ts';
import { projectDir } from '../support/local-process.ts';

const folder = temporaryFolder();
const run = promisify(execFile);

/** An engine that always gives the same answer, after it has failed as often as it is told to. */
const received: IncomingHttpHeaders[] = [];
let failures = 0;
let answer = '{}';
const engine = createServer((request, response) => {
  received.push(request.headers);
  const isFailing = received.length <= failures;
  response.writeHead(isFailing ? 500 : 200, { 'Content-Type': 'application/x-amz-json-1.0' });
  request.resume().on('end', () => response.end(isFailing ? '{"__type":"InternalServerError"}' : answer));
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
  failures = 0;
  answer = '{}';
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

/** Says which host is looked up, and finds none. */
const NO_NETWORK = `
  require('node:dns').lookup = (host, options, done) => {
    console.error(host);
    done(Object.assign(new Error('no network'), { code: 'ENOTFOUND' }));
  };`;

/** Says which files are read by the function that stands for node:fs/promises in the bundles. */
const SHOW_FILES = `
  const fs = require('node:fs');
  const { readFile } = fs;
  fs.readFile = (file, ...args) => {
    console.error('reads ' + file);
    readFile(file, ...args);
  };`;

/** Gets a todo with the bundle of the route, in a process with this environment and no other. */
async function getTodo(environment: NodeJS.ProcessEnv, preload = '') {
  const id = ulid(0);
  const caller = { user_id: 'u', email: 'e@example.com', subject: 's', scope: '', expires_at: '99999999999' };
  const event = proxyEvent({ resource: '/todo/{id}', pathParameters: { id }, caller });
  const script = `${preload}
    const { handler } = require(${JSON.stringify(bundleFile(folder.path, 'getTodo'))});
    handler(${JSON.stringify(event)}).then(({ statusCode }) => console.log('status ' + statusCode));`;
  const { stdout, stderr } = await run(process.execPath, ['--eval', script], {
    env: { HOME: folder.path, ...environment },
  });
  return { status: Number(/status (\d+)/.exec(stdout)?.[1]), output: stdout + stderr };
}

describe('the AWS SDK in a bundle', () => {
  it('has region, credentials and engine from the environment', async () => {
    expect((await getTodo(lambdaEnvironment())).status).toBe(404);
    expect(received).toHaveLength(1);
    expect(received[0]?.authorization).toContain('Credential=AKIDEXAMPLE/');
    expect(received[0]?.authorization).toContain('/eu-central-1/dynamodb/aws4_request');
    expect(received[0]?.['x-amz-security-token']).toBe('session');
  });

  it('goes to DynamoDB in the region where no engine is named', async () => {
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

  it('tries a failed request again', async () => {
    failures = 2;
    expect((await getTodo(lambdaEnvironment())).status).toBe(404);
    expect(received).toHaveLength(3);
  });

  it('takes the engine of all services where none is named for DynamoDB', async () => {
    const { AWS_ENDPOINT_URL_DYNAMODB: AWS_ENDPOINT_URL, ...environment } = lambdaEnvironment();
    expect((await getTodo({ ...environment, AWS_ENDPOINT_URL })).status).toBe(404);
  });

  it('looks for no configuration file, wherever DynamoDB is', async () => {
    const { AWS_ENDPOINT_URL_DYNAMODB, ...deployed } = lambdaEnvironment();
    const local = await getTodo({ ...deployed, AWS_ENDPOINT_URL_DYNAMODB }, SHOW_FILES);
    expect(local.status).toBe(404);
    const remote = await getTodo(deployed, NO_NETWORK + SHOW_FILES);
    expect(remote.output).toContain('dynamodb.eu-central-1.amazonaws.com');
    for (const { output } of [local, remote]) expect(output).not.toContain('reads ');
  });

  it('would read them for what is not said otherwise, such as a region', async () => {
    const { AWS_REGION: _, ...environment } = lambdaEnvironment();
    expect((await getTodo(environment, SHOW_FILES)).output).toContain(
      `reads ${join(folder.path, '.aws/config')}`,
    );
  });
});

describe('a stack trace', () => {
  /**
   * The lines of our own sources that a stack in the output names, innermost first. The bundles are in a temporary
   * folder here, so a path may have more before the project's own folders.
   */
  const sourceLines = (output: string) =>
    [...output.matchAll(/at [^\n"(]*\([^\s"()]*?(functions\/[\w/-]+\.ts):(\d+):\d+/g)].map(
      ([, file, line]) => {
        const source = readFileSync(join(projectDir, file as string), 'utf8');
        return `${file}: ${source.split('\n')[Number(line) - 1]?.trim()}`;
      },
    );

  it('of a failed request shows the source', async () => {
    answer = '{"Item":{"pk":{"S":"no todo"}}}';
    const { status, output } = await getTodo(lambdaEnvironment());
    expect(status).toBe(500);
    expect(sourceLines(output)[0]).toMatch(/^functions\/dynamodb\/item\.ts: throw new MalformedItemError/);
  });

  it('of a function that cannot start shows the source', async () => {
    const { TABLE_NAME: _, ...environment } = lambdaEnvironment();
    const { stderr } = await getTodo(environment).catch((error) => error);
    expect(stderr).toContain('ConfigError: TABLE_NAME is not set.');
    expect(sourceLines(stderr)[0]).toMatch(/^functions\/config\.ts: if \(!value\) throw/);
  });
});
