import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { startDynamoDb } from '../../infra/local/dynamodb/engine.ts';
import { startIssuer } from '../../infra/local/issuer/issuer.ts';
import { demoConfidentialClient, demoUsers } from '../../infra/start/demo.ts';
import { createClient } from '../support/client.ts';
import { temporaryFolder } from '../support/cloud-assembly.ts';
import { listen } from '../support/listen.ts';
import {
  addressOf,
  freePort,
  type LocalProcess,
  projectDir,
  startLocalProcess,
} from '../support/local-process.ts';
import { AUDIENCE } from '../support/system.ts';

const folder = temporaryFolder();
const running = new Set<LocalProcess>();
let folders = 0;
const dataDir = () => join(folder.path, String(folders++));

function start(...args: Parameters<typeof startLocalProcess>): LocalProcess {
  const started = startLocalProcess(...args);
  running.add(started);
  return started;
}

afterEach(async () => {
  for (const each of running) {
    each.signal('SIGKILL');
    await each.exit();
  }
  running.clear();
});
afterAll(() => folder.remove());

const READY = 'The system is running.';

async function signIn(issuerUrl: string): Promise<string> {
  const response = await fetch(`${issuerUrl}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      username: demoUsers[0]?.email ?? '',
      password: demoUsers[0]?.password ?? '',
      audience: AUDIENCE,
      scope: 'openid profile email',
      client_id: demoConfidentialClient.clientId,
      client_secret: demoConfidentialClient.clientSecret,
    }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}

const hasCurl = spawnSync('sh', ['-c', 'curl --version']).status === 0;

describe('npm start', () => {
  it.runIf(hasCurl)('prints commands that create a todo, and ends with npm (needs sh and curl)', async () => {
    const local = start({ DATA_DIR: dataDir() }, { withNpm: true });
    await local.until(READY);
    const commands = local
      .output()
      .split('\n\n')
      .filter((paragraph) => /^(TOKEN=|curl )/.test(paragraph));
    expect(commands).toHaveLength(2);
    const run = spawnSync('sh', ['-c', commands.join('\n')], { encoding: 'utf8' });
    expect(JSON.parse(run.stdout)).toMatchObject({ title: 'Write the first todo', completed: false });

    const api = addressOf('API', local.output());
    local.signal('SIGTERM');
    // npm exits immediately. The output ends when the server exits, because the server also writes to it.
    await local.exit();
    await expect(fetch(api)).rejects.toThrow();
  });

  it.runIf(process.platform === 'linux')(
    'opens the page of the API with --open (on Linux, where BROWSER names the browser)',
    { tags: 'long' },
    async () => {
      const page = join(folder.path, 'opened');
      const browser = join(folder.path, 'browser.sh');
      writeFileSync(browser, `#!/bin/sh\nprintf %s "$1" > '${page}'\n`, { mode: 0o755 });
      const local = start({ DATA_DIR: dataDir(), BROWSER: browser }, { args: ['--open'] });
      await local.until(READY);
      const [, docs = ''] = /^ {2}Docs +(\S+)/m.exec(local.output()) ?? [];
      await expect.poll(() => existsSync(page) && readFileSync(page, 'utf8')).toBe(docs);
      expect((await fetch(docs)).headers.get('content-type')).toMatch(/^text\/html/);
    },
  );

  it('gives the issuer a second name with AUTH0_CUSTOM_DOMAINS', { tags: 'long' }, async () => {
    const local = start({ DATA_DIR: dataDir(), AUTH0_CUSTOM_DOMAINS: 'localhost' });
    await local.until(READY);
    const api = addressOf('API', local.output());
    const own = addressOf('Issuer', local.output());
    const [, second = ''] =
      /^ +(http:\/\/localhost:\d+)\/ {3}\(a custom domain\)$/m.exec(local.output()) ?? [];
    const tokens = [await signIn(second), await signIn(own)];
    expect(tokens.map((token) => decodeJwt(token).iss)).toEqual([`${second}/`, `${own}/`]);
    const [first, again] = tokens.map((token) => createClient(api, token));
    expect((await first?.('POST', '/todo/', { body: { title: 'Mine' } }))?.status).toBe(201);
    expect((await again?.('GET', '/todo/'))?.body).toMatchObject([{ title: 'Mine' }]);
  });

  it('keeps todos and tokens after a closed terminal, and after kill -9', { tags: 'long' }, async () => {
    const environment = { DATA_DIR: dataDir(), PORT: await freePort(), ISSUER_PORT: await freePort() };
    const first = start(environment);
    await first.until(READY);
    const api = addressOf('API', first.output());
    const call = createClient(api, await signIn(addressOf('Issuer', first.output())));
    expect((await call('POST', '/todo/', { body: { title: 'Survivor' } })).status).toBe(201);
    first.signal('SIGHUP');
    expect(await first.exit()).toBe(0);

    const second = start(environment);
    await second.until(READY);
    expect((await call('GET', '/todo/')).body).toMatchObject([{ title: 'Survivor' }]);
    expect((await call('POST', '/todo/', { body: { title: 'Second' } })).status).toBe(201);
    second.signal('SIGKILL');
    await second.exit();

    const third = start(environment);
    await third.until(READY);
    expect((await call('GET', '/todo/')).body).toMatchObject([{ title: 'Survivor' }, { title: 'Second' }]);
  });

  it('trusts the tenant that AUTH0_DOMAIN names, and uses the engine at DYNAMODB_ENDPOINT', {
    tags: 'long',
  }, async () => {
    const tenant = await startIssuer({ port: 0, audience: 'https://other-api.example.com', scopes: [] });
    const engine = await startDynamoDb();
    tenant.addUser({ subject: 'auth0|t', email: 'tenant@example.com' });
    const token = await tenant.mintToken({ subject: 'auth0|t' });
    try {
      for (const expected of [0, 1]) {
        const local = start({
          DATA_DIR: dataDir(),
          AUTH0_DOMAIN: tenant.domain,
          AUTH0_API_AUDIENCE: 'https://other-api.example.com',
          DYNAMODB_ENDPOINT: engine.endpoint,
        });
        await local.until(READY);
        expect(local.output()).not.toContain('alice@example.com');
        const call = createClient(addressOf('API', local.output()), token);
        expect((await call('GET', '/todo')).body).toHaveLength(expected);
        expect((await call('POST', '/todo', { body: { title: 'Kept by the engine' } })).status).toBe(201);
        local.signal('SIGTERM');
        expect(await local.exit()).toBe(0);
      }
    } finally {
      await engine.close();
      await tenant.stop();
    }
  });
});

describe('npm start prints one sentence', () => {
  /** Starts the system, and gives the only line that it prints besides the steps of the start. */
  const sentenceOf = async (environment: Record<string, string>) => {
    const local = start({ DATA_DIR: dataDir(), ...environment });
    expect(await local.exit()).toBe(1);
    const lines = local.output().trim().split('\n');
    const [sentence, ...others] = lines.filter((line) => !line.endsWith('…'));
    expect(others).toEqual([]);
    return sentence;
  };

  it('about a busy port', async () => {
    const { port, close } = await listen(createServer());
    expect(await sentenceOf({ PORT: String(port) })).toBe(
      `Port ${port} is in use: stop what listens there, or set PORT to another port.`,
    );
    expect(await sentenceOf({ ISSUER_PORT: String(port) })).toMatch(/set ISSUER_PORT to another port/);
    await close();
  });

  it('about a data folder that another process uses', async () => {
    const path = dataDir();
    const engine = await startDynamoDb(path);
    expect(await sentenceOf({ DATA_DIR: path })).toMatch(
      /in use by another process: stop it, or choose another data folder\.$/,
    );
    await engine.close();
  });

  it('about a bad setting', async () => {
    expect(await sentenceOf({ PORT: 'http' })).toMatch(/^PORT must be a port number/);
    expect(await sentenceOf({ AUTH0_DOMAIN: 'https://x.auth0.com' })).toMatch(
      /^AUTH0_DOMAIN must be a host name/,
    );
  });

  it('about an engine that does not respond', { tags: 'long' }, async () => {
    expect(await sentenceOf({ DYNAMODB_ENDPOINT: `http://127.0.0.1:${await freePort()}` })).toMatch(
      /^No DynamoDB engine responds at .*: start it, or choose another engine\.$/,
    );
  });

  it('about a table that the engine does not have', async () => {
    expect(await sentenceOf({ TABLE_NAME: 'todos-restored' })).toMatch(
      /^TABLE_NAME=todos-restored names a table that does not exist in the engine at http:\S+\.$/,
    );
    expect(
      await sentenceOf({ TABLE_NAME: 'todos', DYNAMODB_ENDPOINT: `http://127.0.0.1:${await freePort()}` }),
    ).toMatch(/^No DynamoDB engine responds at /);
  });

  it('about a data folder that is a file', async () => {
    const file = dataDir();
    writeFileSync(file, '');
    for (const path of [file, join(file, 'below')]) {
      expect(await sentenceOf({ DATA_DIR: path })).toMatch(
        /is not a writable folder \(\w+\): correct its permissions or type, or set DATA_DIR to another folder\.$/,
      );
    }
  });

  it('about corrupt data', async () => {
    const path = dataDir();
    const data = join(path, 'dynamodb');
    await (await startDynamoDb(path)).close();
    const manifest = readdirSync(data).find((name) => name.startsWith('MANIFEST')) ?? '';
    writeFileSync(join(data, manifest), 'no manifest');
    expect(await sentenceOf({ DATA_DIR: path })).toBe(
      `The data in ${data} are corrupt: delete this folder to start without data, or choose another data folder.`,
    );
  });

  it('about a corrupt key file', async () => {
    const path = dataDir();
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'issuer-keys.json'), '{ no JSON');
    expect(await sentenceOf({ DATA_DIR: path })).toBe(
      `${join(path, 'issuer-keys.json')} has no usable keys: delete it, and the issuer generates new ones.`,
    );
  });

  it.runIf(process.platform === 'linux')('about a full disk (on Linux, for /dev/full)', async () => {
    const path = dataDir();
    mkdirSync(path, { recursive: true });
    symlinkSync('/dev/full', join(path, 'jwks.json'));
    expect(await sentenceOf({ DATA_DIR: path })).toBe(
      'The disk is full: free some space, or set DATA_DIR to a folder on another disk.',
    );
  });

  it('about a tenant that does not respond, and starts', { tags: 'long' }, async () => {
    const AUTH0_DOMAIN = `127.0.0.1:${await freePort()}`;
    const local = start({ DATA_DIR: dataDir(), AUTH0_DOMAIN, AUTH0_API_AUDIENCE: 'https://a.example.com' });
    await local.until(READY);
    expect(local.output()).toContain(
      `could not be fetched from http://${AUTH0_DOMAIN}/.well-known/jwks.json`,
    );
  });

  it('about missing credentials, before a deployment', () => {
    const hint = (environment: Record<string, string>) =>
      spawnSync(process.execPath, ['infra/build/hint-credentials.mjs'], {
        cwd: projectDir,
        env: { HOME: dataDir(), USERPROFILE: dataDir(), ...environment },
        encoding: 'utf8',
      });
    expect(hint({})).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/^No AWS credentials are .* set AWS_PROFILE, then try again\.$/m),
    });
    expect(hint({ AWS_PROFILE: 'sandbox' })).toMatchObject({ status: 0, stderr: '' });
  });

  it('about one port for two servers', async () => {
    expect(await sentenceOf({ PORT: '3456', ISSUER_PORT: '3456' })).toBe(
      'PORT and ISSUER_PORT are both 3456: set one of them to another port.',
    );
  });

  it('about an unknown option, with the known ones', async () => {
    const local = start({ DATA_DIR: dataDir() }, { args: ['--opne'] });
    expect(await local.exit()).toBe(1);
    expect(local.output()).toBe("Unknown option '--opne'. Known options: --help, --json, --open, --watch.\n");
  });

  it('about packages that are missing or have another version', () => {
    const copy = dataDir();
    const check = (version: string | undefined) => {
      const packages = version === undefined ? {} : { 'node_modules/p/package.json': { version } };
      for (const [name, content] of Object.entries({
        'package.json': { dependencies: { p: '1.0.0' } },
        ...packages,
      })) {
        mkdirSync(join(copy, name, '..'), { recursive: true });
        writeFileSync(join(copy, name), JSON.stringify(content));
      }
      cpSync(join(projectDir, 'infra/start/require-node.mjs'), join(copy, 'infra/start/require-node.mjs'));
      return spawnSync(process.execPath, ['infra/start/require-node.mjs'], { cwd: copy, encoding: 'utf8' });
    };
    expect(check(undefined)).toMatchObject({
      status: 1,
      stderr: 'p 1.0.0 is not installed. Run "npm ci": it installs what package-lock.json names.\n',
    });
    expect(check('0.9.0').stderr).toMatch(/^p 1\.0\.0 is not installed \(but 0\.9\.0\)\. Run "npm ci"/);
    expect(check('1.0.0')).toMatchObject({ status: 0, stderr: '' });
  });

  it('about another major version of Node.js', () => {
    const check = join(projectDir, 'infra/start/require-node.mjs');
    const asVersion = (version: string) =>
      spawnSync(
        process.execPath,
        [
          '-e',
          `Object.defineProperty(process.versions, 'node', { value: '${version}' }); import('file://${check}')`,
        ],
        { encoding: 'utf8' },
      );
    expect(asVersion('20.1.0')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^This needs Node\.js 24/),
    });
    expect(asVersion('24.1.0')).toMatchObject({ status: 0, stderr: '' });
  });
});

describe.each([
  ['npm start', 'infra/start/main.ts'],
  ['npm run sam', 'infra/start/sam/main.ts', 'start-api'],
  ['npm run sam:invoke', 'infra/start/sam/main.ts', 'invoke'],
  ['npm run bench', 'test/bench/main.ts'],
  ['npm run load', 'test/load/main.ts'],
  ['npm run dynamodb-local', 'test/dynamodb-local/main.ts'],
  ['npm run audit:signatures', 'test/support/supply-chain/audit-signatures.ts'],
])('%s', (usage, ...script) => {
  it('prints its usage with --help', () => {
    const run = spawnSync(process.execPath, [...script, '--help'], { cwd: projectDir, encoding: 'utf8' });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(run.stdout.startsWith(`Usage: ${usage}`)).toBe(true);
    expect(run.stdout).toMatch(/^ {2}--help +Print this help\.$/m);
  });
});

/** Saves as `sed -i` and many editors do: a new file replaces the old one. */
function saveAtomically(file: string, text: string): void {
  writeFileSync(`${file}.tmp`, text);
  renameSync(`${file}.tmp`, file);
}

describe('npm run dev', () => {
  const copy = join(folder.path, 'copy');
  const edit = (file: string, change: (code: string) => string) =>
    saveAtomically(join(copy, file), change(readFileSync(join(copy, file), 'utf8')));
  const withStatus = (status: number) => (code: string) => code.replace(/status: \d+,/, `status: ${status},`);

  it('deploys each change, refuses a broken change, and keeps serving the last good version', {
    tags: 'long',
  }, async () => {
    for (const name of ['functions', 'infra', 'package.json', 'cdk.json', 'tsconfig.json']) {
      cpSync(join(projectDir, name), join(copy, name), { recursive: true });
    }
    symlinkSync(join(projectDir, 'node_modules'), join(copy, 'node_modules'));
    const data = dataDir();
    const local = start({ DATA_DIR: data, PORT: await freePort() }, { args: ['--watch'], cwd: copy });
    await local.until('Watching');
    const api = addressOf('API', local.output());
    const token = await signIn(addressOf('Issuer', local.output()));
    // The responses of the edited routes do not match the OpenAPI document.
    const call = createClient(api, token, () => false);
    const statusOfList = async () => (await call('GET', '/todo')).status;
    /** Makes the change, waits until the text is printed after it, and gives this output. */
    const step = async (change: () => void, text: string): Promise<string> => {
      const before = local.output().length;
      change();
      await expect.poll(() => local.output().slice(before), { timeout: 60_000 }).toContain(text);
      return local.output().slice(before);
    };
    await call('POST', '/todo', { body: { title: 'Kept' } });

    // Two atomic saves of one file.
    for (const status of [202, 203]) {
      await step(() => edit('functions/todos/list.ts', withStatus(status)), 'Swapped listTodos.');
      expect(await statusOfList()).toBe(status);
    }
    expect(readdirSync(join(data, 'bundles'))).toEqual(['2']);
    expect(readdirSync(join(data, 'bundles/2'))).toEqual(['listTodos']);

    // Code that does not compile, and the correction.
    const compileError = await step(
      () => edit('functions/todos/list.ts', (code) => `${code}\nthis is not code`),
      'The last good version goes on serving.',
    );
    expect(compileError).toMatch(/^functions\/todos\/list\.ts:\d+:\d+: Expected ";" but found "is"\n\n/);
    expect(compileError).toMatch(/^> \d+ \| this is not code$/m);
    expect(compileError).not.toContain('    at ');
    expect(await statusOfList()).toBe(203);
    await step(
      () => edit('functions/todos/list.ts', (code) => code.replace('this is not code', '')),
      'The error is fixed; the code is live again.',
    );

    // An error that the stack throws.
    const stack = readFileSync(join(copy, 'infra/stack.ts'), 'utf8');
    const withStatement = (statement: string) =>
      stack.replace(/^( +)writeDocs\(.*$/m, (line, indent) => `${line}\n${indent}${statement}`);
    const thrown = await step(
      () => edit('infra/stack.ts', () => withStatement("throw new Error('Thrown by the stack');")),
      'The last good version goes on serving.',
    );
    expect(thrown).toMatch(/^infra\/stack\.ts:\d+:\d+: Error: Thrown by the stack$/m);
    expect(thrown).not.toContain('    at ');

    // A resource that the local deployment does not know.
    const refused = await step(
      () =>
        edit(
          'infra/stack.ts',
          () => `import { Queue } from 'aws-cdk-lib/aws-sqs';\n${withStatement("new Queue(this, 'Queue');")}`,
        ),
      'The last good version goes on serving.',
    );
    expect(refused).toMatch(/^Queue\w+: resource type AWS::SQS::Queue is not implemented locally$/m);
    expect(await statusOfList()).toBe(203);

    const deployed = await step(() => {
      edit('infra/stack.ts', () => stack);
      edit('infra/constructs/gateway-responses.ts', (code) =>
        code.replace('There is no such path', 'Nothing is here'),
      );
    }, 'The error is fixed; the code is live again.');
    expect(deployed).toContain('Deployed the changed stack.');
    expect((await call('GET', '/nowhere')).body.detail).toMatch(/^Nothing is here/);
    expect((await call('GET', '/todo')).body).toMatchObject([{ title: 'Kept' }]);
    expect(await statusOfList()).toBe(203);
    expect(existsSync(join(data, 'bundles'))).toBe(false);
    expect(readdirSync(join(data, 'cdk.out'))).toHaveLength(1);

    await step(
      () => edit('infra/start/banner.ts', (code) => `${code}\n`),
      'Restart npm run dev to load infra/start/banner.ts: it is code of the local server.',
    );
  });
});
