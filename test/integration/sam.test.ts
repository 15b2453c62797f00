import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLambda } from '../../infra/local/lambda/lambda.ts';
import { readAssembly } from '../../infra/local/template/assembly.ts';
import { UserError } from '../../infra/local/user-error.ts';
import { findHostAccess } from '../../infra/start/sam/container-engine.ts';
import { readEvent, writeEvent } from '../../infra/start/sam/event.ts';
import { type Relay, type RelayAddress, startRelay } from '../../infra/start/sam/relay.ts';
import { writeSamTemplate } from '../../infra/start/sam/template.ts';
import { minimalTemplate, temporaryFolder, writeAssembly } from '../support/cloud-assembly.ts';
import { listen } from '../support/listen.ts';
import { freePort, projectDir } from '../support/local-process.ts';
import { type System, startSystem } from '../support/system.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

async function startService(address: string): Promise<{ server: Server; port: number }> {
  const server = createHttpServer((_request, response) => response.end(`from ${address}`)).listen(0, address);
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

const textAt = async (url: string) => (await fetch(url)).text();

/** Only Linux has all addresses of 127.0.0.0/8 on its loopback. */
describe.runIf(process.platform === 'linux')(
  'the services of this machine, from a container (on Linux, for its loopback addresses)',
  () => {
    const bridge: RelayAddress = { address: '127.0.0.3', clients: 'any', mayAppearLater: false };
    const closers: (() => void)[] = [];
    afterEach(() => {
      for (const close of closers.splice(0)) close();
    });

    async function service(address: string): Promise<number> {
      const { server, port } = await startService(address);
      closers.push(() => server.close());
      return port;
    }

    function relayTo(place: RelayAddress, port: number): Relay {
      const relay = startRelay(place, [port], { limitMs: 300 });
      closers.push(relay.close);
      return relay;
    }

    it('are relayed from the address of the bridge to the loopback', async () => {
      const port = await service('127.0.0.1');
      await expect(fetch(`http://127.0.0.3:${port}`)).rejects.toThrow();
      await relayTo(bridge, port).listening;
      expect(await textAt(`http://127.0.0.3:${port}`)).toBe('from 127.0.0.1');
    });

    it('are relayed to this machine only, where other machines reach the address too', async () => {
      const port = await service('127.0.0.1');
      await relayTo({ ...bridge, clients: 'this machine' }, port).listening;
      const responseFor = (localAddress: string) =>
        new Promise((resolve) => {
          let received = '';
          connect({ port, host: '127.0.0.3', localAddress })
            .on('data', (chunk) => {
              received += chunk;
            })
            .on('error', () => {})
            .on('close', () => resolve(received))
            .write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
        });
      expect(await responseFor('127.0.0.1')).toContain('from 127.0.0.1');
      // It stands for another machine: no interface of this one has this address.
      expect(await responseFor('127.0.0.9')).toBe('');
    });

    it('need no relay when they listen on all addresses', async () => {
      const port = await service('0.0.0.0');
      await relayTo(bridge, port).listening;
      expect(await textAt(`http://127.0.0.3:${port}`)).toBe('from 0.0.0.0');
    });

    it('cannot be relayed from an address that this machine lacks, and the error says so', async () => {
      const port = await service('127.0.0.1');
      await expect(relayTo({ ...bridge, address: '203.0.113.1' }, port).listening).rejects.toThrow(
        new UserError(
          'The containers cannot reach this machine: the engine names 203.0.113.1 as its address, and this machine does not have it. Use an engine that runs on this machine, outside a virtual machine, or Docker Desktop.',
        ),
      );
    });

    it('cannot be relayed from a port that another program uses, and the error says so', async () => {
      const port = await service('127.0.0.1');
      const other = createServer().listen(port, '127.0.0.3');
      closers.push(() => other.close());
      await once(other, 'listening');
      await expect(relayTo({ ...bridge, mayAppearLater: true }, port).listening).rejects.toThrow(
        new UserError(
          `The containers cannot reach port ${port} of this machine: a relay must listen on 127.0.0.3:${port}, and cannot (another program uses it). Stop that program, or choose another port.`,
        ),
      );
    });

    /** Runs code in a process with the relay that a container has. Gives what it prints. */
    async function runInContainer(port: number, code: string, host: string): Promise<string> {
      const preload = join(projectDir, 'infra/start/sam/loopback.mjs');
      const container = spawn(process.execPath, [`--import=${preload}`, '--eval', code], {
        env: { LOOPBACK_HOST: host, LOOPBACK_PORTS: String(port) },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      closers.push(() => container.kill());
      const [out, errors] = await Promise.all([text(container.stdout), text(container.stderr)]);
      return out + errors;
    }

    it('have the same address inside the container and outside', async () => {
      const port = await service('127.0.0.2');
      const code = `fetch('http://127.0.0.1:${port}').then((r) => r.text()).then(console.log)`;
      expect(await runInContainer(port, code, '127.0.0.2')).toBe('from 127.0.0.2\n');
    });

    it('are named in the log of a container that cannot reach them', async () => {
      const port = Number(await freePort());
      const code = `fetch('http://127.0.0.1:${port}').catch(() => console.log('failed'))`;
      expect(await runInContainer(port, code, '127.0.0.2')).toBe(
        `failed\nThis container cannot reach http://127.0.0.1:${port} of the host at 127.0.0.2:${port} (ECONNREFUSED). See "In the containers of SAM" in infra/README.md.\n`,
      );
    });
  },
);

describe('the template for SAM', () => {
  it('gives functions their code and the services of this machine, and changes nothing else', () => {
    writeAssembly(folder.path, minimalTemplate());
    const file = writeSamTemplate(folder.path, {
      hostPorts: [3001, 8000],
      dynamoDbEndpoint: 'http://127.0.0.1:8000',
    });
    const { Resources } = JSON.parse(readFileSync(file, 'utf8'));
    const { Function: written, ...rest } = Resources;
    const { Function: _original, ...originalRest } = readAssembly(folder.path).template.Resources;
    expect(rest).toEqual(originalRest);
    expect(written.Properties.Code).toBe(join(folder.path, 'code'));
    expect(written.Properties.Environment.Variables).toMatchObject({
      AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:8000',
      LOOPBACK_PORTS: '3001,8000',
      NODE_OPTIONS: '--import=/var/task/loopback.mjs',
    });
    expect(readFileSync(join(folder.path, 'code/loopback.mjs'), 'utf8')).toContain('LOOPBACK_PORTS');
  });
});

/** The responses of a container engine, by path. */
type EngineResponses = Readonly<Record<string, unknown>>;

const bridgeNetwork = {
  IPAM: { Config: [{ Subnet: 'fd00::/64', Gateway: 'fd00::1' }, { Gateway: '172.17.0.1' }] },
};
const docker: EngineResponses = {
  '/info': { OperatingSystem: 'Debian GNU/Linux 13', SecurityOptions: ['name=seccomp,profile=builtin'] },
  '/networks/bridge': bridgeNetwork,
};
const podmanInfo = { OperatingSystem: 'debian', ServerVersion: '4.3.1', BuildahVersion: '1.28.2' };
const desktop: EngineResponses = { '/info': { OperatingSystem: 'Docker Desktop', SecurityOptions: null } };

describe('the container engine', () => {
  const closers: (() => void)[] = [];
  afterEach(() => {
    for (const close of closers.splice(0)) close();
  });

  function engine(responses: EngineResponses): Server {
    const server = createHttpServer((request, response) => {
      const found = responses[request.url ?? ''];
      response
        .writeHead(found === undefined ? 404 : 200)
        .end(JSON.stringify(found ?? { message: 'not found' }));
    });
    closers.push(() => server.close());
    return server;
  }

  /** What an engine on Linux makes of these responses. */
  async function accessTo(responses: EngineResponses) {
    const socket = join(folder.path, 'engine.sock');
    await once(engine(responses).listen(socket), 'listening');
    return findHostAccess({ DOCKER_HOST: `unix://${socket}` }, 'linux');
  }

  it('that is missing causes an error that says how to start it', async () => {
    const nowhere = `unix://${folder.path}/no.sock`;
    await expect(findHostAccess({ DOCKER_HOST: nowhere }, 'linux')).rejects.toThrow(
      new UserError(
        `No container engine responds at ${nowhere} (ENOENT): start Docker, or Podman's API socket with its address in DOCKER_HOST.`,
      ),
    );
    await expect(findHostAccess({ DOCKER_HOST: nowhere }, 'darwin')).rejects.toThrow(/start Docker/);
  });

  it('that responds with something else is none', async () => {
    await expect(accessTo({})).rejects.toThrow(/\(the response is not that of an engine\): start Docker/);
  });

  it('of the superuser is reached at its bridge', async () => {
    expect(await accessTo(docker)).toEqual({
      address: '172.17.0.1',
      relay: { address: '172.17.0.1', clients: 'any', mayAppearLater: false },
    });
  });

  it('that is Podman has its bridge only while it has containers', async () => {
    const network = { IPAM: { Config: [{ Gateway: '10.88.0.1' }] } };
    expect(
      await accessTo({ '/info': { ...podmanInfo, Rootless: false }, '/networks/bridge': network }),
    ).toEqual({
      address: '10.88.0.1',
      relay: { address: '10.88.0.1', clients: 'any', mayAppearLater: true },
    });
  });

  it('that has no bridge is refused with a sentence', async () => {
    await expect(accessTo({ '/info': docker['/info'] })).rejects.toThrow(
      /has no network "bridge" with an IPv4 gateway/,
    );
  });

  it('in a virtual machine reaches the loopback of the host', async () => {
    expect(await accessTo(desktop)).toEqual({ address: 'host-gateway' });
  });

  it('at tcp://host:port is asked there', async () => {
    const { port } = await listen(engine(desktop));
    expect(await findHostAccess({ DOCKER_HOST: `tcp://127.0.0.1:${port}` }, 'linux')).toEqual({
      address: 'host-gateway',
    });
    expect(await findHostAccess({ DOCKER_HOST: `tcp://127.0.0.1:${port}` }, 'darwin')).toEqual({
      address: 'host-gateway',
    });
  });

  it.each(['ssh://build.example.com', 'docker.sock', 'tcp://', 'unix://'])(
    'cannot be at %s',
    async (address) => {
      await expect(findHostAccess({ DOCKER_HOST: address }, 'linux')).rejects.toThrow(
        /^DOCKER_HOST must be unix:\/\/\/path\/of\/socket or tcp:\/\/host:port, not /,
      );
    },
  );

  const hasNetwork = Object.values(networkInterfaces())
    .flat()
    .some((each) => each?.family === 'IPv4' && !each.internal);

  describe.runIf(hasNetwork)('that is rootless (on a machine in a network)', () => {
    const ownAddresses = () =>
      Object.values(networkInterfaces())
        .flat()
        .map((each) => each?.address);

    it.each([
      ['Docker', { ...(docker['/info'] as object), SecurityOptions: ['name=seccomp', 'name=rootless'] }],
      ['Podman 4', { ...podmanInfo, Rootless: true }],
    ])(
      '%s is reached at an address of this machine, and relayed for this machine only',
      async (_name, info) => {
        const { address, relay } = await accessTo({ '/info': info });
        expect(ownAddresses()).toContain(address);
        expect(address).not.toMatch(/^127\./);
        expect(relay).toEqual({ address, clients: 'this machine', mayAppearLater: false });
      },
    );

    it('Podman 5.0 to 5.2 is refused, because its containers cannot reach this machine', async () => {
      await expect(
        accessTo({ '/info': { ...podmanInfo, ServerVersion: '5.2.2', Rootless: true } }),
      ).rejects.toThrow(
        new UserError(
          'The rootless containers of Podman 5.2.2 cannot reach this machine: install Podman 5.3 or later, or use an engine of the superuser.',
        ),
      );
    });

    it('Podman 5 gives containers the addresses of this machine, so it names another', async () => {
      const { address, relay } = await accessTo({
        '/info': { ...podmanInfo, ServerVersion: '5.4.2', Rootless: true },
      });
      expect(address).toBe('host-gateway');
      expect(ownAddresses()).toContain(relay?.address);
    });
  });
});

describe('the events under test/events', () => {
  let system: System;
  let endpoint = '';
  beforeAll(async () => {
    system = await startSystem({
      intercept: async (address) => {
        endpoint = address;
        return { endpoint, close: async () => {} };
      },
    });
    system.issuer.addUser({ email: 'alice@example.com' });
  });
  afterAll(() => system.close());

  const invoke = async (functionId: string, event: string) => {
    const spec = system.deployment.deployment.functions.find(({ logicalId }) =>
      logicalId.startsWith(functionId),
    );
    if (!spec) throw new Error(`There is no function ${functionId}`);
    const environment = {
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    };
    const lambda = createLambda(spec, { environment });
    const file = await writeEvent(readEvent(event), folder.path, system.issuer);
    const result = await lambda.invoke(JSON.parse(readFileSync(file, 'utf8')));
    await lambda.close();
    return result;
  };

  it('are valid for their functions', async () => {
    expect(await invoke('authorizer', 'authorize')).toMatchObject({
      ok: true,
      payload: { policyDocument: { Statement: [{ Effect: 'Allow' }] } },
    });
    expect(await invoke('createTodo', 'create-todo')).toMatchObject({
      ok: true,
      payload: { statusCode: 201 },
    });
    const list = await invoke('listTodos', 'list-todos');
    expect(list).toMatchObject({ ok: true, payload: { statusCode: 200 } });
    expect(JSON.stringify(list)).toContain('Created by an event');
  });

  it('are named in the error for an unknown event', () => {
    expect(() => readEvent('nonsense')).toThrow(
      new UserError(
        'There is no event nonsense: name one of authorize, create-todo, list-todos, or the path of a .json file.',
      ),
    );
  });

  it('are JSON, and another file is refused', () => {
    const path = join(folder.path, 'broken.json');
    writeFileSync(path, '{');
    expect(() => readEvent(path)).toThrow(new UserError(`The event ${path} is not JSON: correct it.`));
  });
});
