import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { temporaryFolder, writeFiles } from '../support/cloud-assembly.ts';
import { listen } from '../support/listen.ts';
import { freePort, projectDir } from '../support/local-process.ts';

const folder = temporaryFolder();
const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
afterAll(() => folder.remove());

/**
 * A stand-in for SAM: it notes its arguments, listens late, and needs time to remove its containers. As the real one,
 * it ends at once on SIGHUP, and a second SIGINT interrupts the removal.
 */
const samStub = `#!${process.execPath}
const { writeFileSync } = require('node:fs');
const { createServer } = require('node:http');
const args = process.argv.slice(2);
const note = (name, text) => writeFileSync(${JSON.stringify(folder.path)} + '/' + name, text);
note('arguments', JSON.stringify(args));
const after = (option) => args[args.indexOf(option) + 1];
if (args[1] === 'invoke') process.exit(3);
const server = createServer((_request, response) => response.end('from SAM'));
setTimeout(() => {
  note('listens', '');
  server.listen(after('--port'), after('--host'));
}, 1_000);
process.on('SIGINT', () => {
  process.on('SIGINT', () => process.exit(1));
  setTimeout(() => {
    note('removed', '');
    process.exit(0);
  }, 500);
});
`;

const noted = (name: string) => existsSync(join(folder.path, name));

/** An engine in a virtual machine, which needs no relay. */
async function startEngine(): Promise<string> {
  const engine = createServer((_request, response) =>
    response.end(JSON.stringify({ OperatingSystem: 'Docker Desktop' })),
  );
  const { port, close } = await listen(engine);
  closers.push(close);
  return `tcp://127.0.0.1:${port}`;
}

interface Command {
  readonly child: ChildProcess;
  output(): string;
  readonly ended: Promise<number | null>;
}

/** Runs `npm run sam` or `npm run sam:invoke` as a terminal does: in a process group of its own. */
function runSam(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Command {
  const { AUTH0_DOMAIN, DYNAMODB_ENDPOINT, TABLE_NAME, ...inherited } = process.env;
  const child = spawn(process.execPath, ['infra/start/sam/main.ts', ...args], {
    cwd: projectDir,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...inherited,
      PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
      PORT: '0',
      ISSUER_PORT: '0',
      DATA_DIR: join(folder.path, 'data'),
      ...environment,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  closers.push(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, output: () => output, ended };
}

function withSam(): { PATH: string } {
  writeFiles(folder.path, { 'bin/sam': samStub });
  chmodSync(join(folder.path, 'bin/sam'), 0o755);
  return { PATH: `${join(folder.path, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin` };
}

const SYNTHESIS = 'Synthesizing';

describe('npm run sam', () => {
  it('waits for SAM, and removes the containers when the terminal is closed', { tags: 'long' }, async () => {
    const port = await freePort();
    const environment = { ...withSam(), DOCKER_HOST: await startEngine(), PORT: port };
    const sam = runSam(['start-api', '--skip-pull-image'], environment);
    await expect.poll(() => noted('arguments') || sam.child.exitCode).toBe(true);
    const args = JSON.parse(readFileSync(join(folder.path, 'arguments'), 'utf8'));
    expect(args).toEqual([
      'local',
      'start-api',
      '--template',
      join(folder.path, 'data/sam/sam.template.json'),
      '--add-host',
      'host.docker.internal:host-gateway',
      '--host',
      '127.0.0.1',
      '--port',
      port,
      '--warm-containers',
      'LAZY',
      '--skip-pull-image',
      '--debug-args',
      '--import=/var/task/loopback.mjs',
      '--region',
      'eu-central-1',
    ]);
    // A debugger finds the source files by the map in the bundle.
    const { Resources } = JSON.parse(readFileSync(args[3], 'utf8'));
    const [, createTodo] = Object.entries<{ Properties: { Code: string } }>(Resources).find(([id]) =>
      /^createTodo[0-9A-F]{8}$/.test(id),
    ) ?? ['', undefined];
    const script = readFileSync(join(createTodo?.Properties.Code ?? '', 'function.cjs'), 'utf8');
    const [, map = ''] = /\n\/\/# sourceMappingURL=data:application\/json;base64,(.+)\n$/.exec(script) ?? [];
    const { sources } = JSON.parse(Buffer.from(map, 'base64').toString());
    expect(sources).toContain(join(projectDir, 'functions/todos/create.ts'));

    await expect.poll(() => noted('listens') || sam.output().includes('is running')).toBe(true);
    expect(noted('listens')).toBe(true);
    await expect.poll(sam.output).toContain('The system is running.');
    expect(sam.output()).toContain(`http://127.0.0.1:${port}/todo/`);

    // A closed terminal takes the output away, and sends SIGHUP to the process group in its foreground.
    sam.child.stdout?.destroy();
    sam.child.stderr?.destroy();
    process.kill(-(sam.child.pid ?? 0), 'SIGHUP');
    await sam.ended;
    expect(noted('removed')).toBe(true);
  });

  it('checks the command sam, the engine and the port before the synthesis', async () => {
    const withoutSam = runSam(['start-api']);
    expect(await withoutSam.ended).toBe(1);
    expect(withoutSam.output()).toBe(
      'The command sam is missing: install the AWS SAM CLI, for example with "pipx install aws-sam-cli".\n',
    );

    const DOCKER_HOST = `unix://${folder.path}/no.sock`;
    const withoutEngine = runSam(['start-api'], { ...withSam(), DOCKER_HOST });
    expect(await withoutEngine.ended).toBe(1);
    expect(withoutEngine.output()).toContain('No container engine responds');
    expect(withoutEngine.output()).not.toContain(SYNTHESIS);
  });

  it.runIf(process.platform === 'linux')(
    'ends before the synthesis when containers cannot reach this machine (on Linux)',
    async () => {
      const responses: Record<string, unknown> = {
        '/info': { OperatingSystem: 'Alpine Linux, in a virtual machine' },
        '/networks/bridge': { IPAM: { Config: [{ Gateway: '203.0.113.1' }] } },
      };
      const engine = createServer((request, response) =>
        response.end(JSON.stringify(responses[request.url ?? ''])),
      );
      const { port, close } = await listen(engine);
      closers.push(close);
      const sam = runSam(['start-api'], { ...withSam(), DOCKER_HOST: `tcp://127.0.0.1:${port}` });
      expect(await sam.ended).toBe(1);
      expect(sam.output()).toMatch(
        /^The containers cannot reach this machine: the engine names 203\.0\.113\.1/,
      );
    },
  );
});

describe('npm run sam:invoke', () => {
  it('ends with the exit code of SAM', { tags: 'long' }, async () => {
    const sam = runSam(['invoke', 'listTodos', 'list-todos'], {
      ...withSam(),
      DOCKER_HOST: await startEngine(),
    });
    expect(await sam.ended).toBe(3);
    const args = JSON.parse(readFileSync(join(folder.path, 'arguments'), 'utf8'));
    expect(args[1]).toBe('invoke');
    expect(args[2]).toMatch(/^listTodos[0-9A-F]{8}$/);
    expect(readFileSync(join(folder.path, 'data/event.json'), 'utf8')).not.toContain('<access token>');
  });

  it.each([
    { args: [], error: /^Name a function and an event\.\n\nUsage: npm run sam:invoke/ },
    { args: ['nonsense', 'list-todos'], error: /^There is no function nonsense: name one of / },
    { args: ['listTodos', 'nonsense'], error: /^There is no event nonsense: name one of / },
  ])('refuses $args before anything else', async ({ args, error }) => {
    const sam = runSam(['invoke', ...args]);
    expect(await sam.ended).toBe(1);
    expect(sam.output()).toMatch(error);
  });

  it('has a help with the functions and events', async () => {
    const sam = runSam(['invoke', '--help']);
    expect(await sam.ended).toBe(0);
    expect(sam.output()).toMatch(/function +One of authorizer, .*\n +event +One of authorize, create-todo/);
  });
});
