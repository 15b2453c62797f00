import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLambda } from '../../infra/local/lambda/lambda.ts';
import { readAssembly } from '../../infra/local/template/assembly.ts';
import { UserError } from '../../infra/local/user-error.ts';
import { findHostAddress } from '../../infra/start/sam/container-engine.ts';
import { writeEvent } from '../../infra/start/sam/event.ts';
import { type Relay, startRelay } from '../../infra/start/sam/relay.ts';
import { writeSamTemplate } from '../../infra/start/sam/template.ts';
import { minimalTemplate, temporaryFolder, writeAssembly } from '../support/cloud-assembly.ts';
import { projectDir } from '../support/local-process.ts';
import { type System, startSystem } from '../support/system.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

async function startService(address: string): Promise<{ server: Server; port: number }> {
  const server = createServer((_request, response) => response.end(`from ${address}`)).listen(0, address);
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

const textAt = async (url: string) => (await fetch(url)).text();

/** Only Linux has all addresses of 127.0.0.0/8 on its loopback. */
describe.runIf(process.platform === 'linux')(
  'the services of this machine, from a container (on Linux, for its loopback addresses)',
  () => {
    const bridge = '127.0.0.2';
    let services: Server[] = [];
    let relay: Relay | undefined;
    let container: ChildProcess | undefined;

    afterAll(async () => {
      container?.kill();
      await relay?.close();
      for (const service of services) service.close();
      services = [];
    });

    it('are relayed from the address of the bridge to the loopback', async () => {
      const { server, port } = await startService('127.0.0.1');
      services.push(server);
      await expect(fetch(`http://${bridge}:${port}`)).rejects.toThrow();
      relay = startRelay(bridge, [port]);
      await expect.poll(() => textAt(`http://${bridge}:${port}`).catch(String)).toBe('from 127.0.0.1');
    });

    it('have the same address inside the container and outside', async () => {
      const { server, port } = await startService(bridge);
      services.push(server);
      const preload = join(projectDir, 'infra/start/sam/loopback.mjs');
      const functionCode = `fetch('http://127.0.0.1:${port}').then((r) => r.text()).then(console.log)`;
      container = spawn(process.execPath, [`--import=${preload}`, '--eval', functionCode], {
        env: { LOOPBACK_HOST: bridge, LOOPBACK_PORTS: String(port) },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [printed] = await once(container.stdout ?? container, 'data');
      expect(String(printed)).toBe(`from ${bridge}\n`);
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

describe('the container engine', () => {
  it.runIf(process.platform === 'linux')(
    'that is missing causes an error that says how to start it',
    async () => {
      const nowhere = `unix://${folder.path}/no.sock`;
      await expect(findHostAddress({ DOCKER_HOST: nowhere })).rejects.toThrow(UserError);
      await expect(findHostAddress({ DOCKER_HOST: nowhere })).rejects.toThrow(/start Docker/);
    },
  );

  it.runIf(process.platform === 'linux')('gives the address of its bridge', async () => {
    const socket = join(folder.path, 'engine.sock');
    const responses: Record<string, unknown> = {
      '/info': { OperatingSystem: 'debian' },
      '/networks/bridge': { IPAM: { Config: [{ Gateway: '172.17.0.1' }] } },
    };
    const engine = createServer((request, response) =>
      response.end(JSON.stringify(responses[request.url ?? ''])),
    ).listen(socket);
    const DOCKER_HOST = `unix://${socket}`;
    expect(await findHostAddress({ DOCKER_HOST })).toEqual({ address: '172.17.0.1', reachesLoopback: false });
    responses['/info'] = { OperatingSystem: 'Docker Desktop' };
    expect(await findHostAddress({ DOCKER_HOST })).toEqual({
      address: 'host-gateway',
      reachesLoopback: true,
    });
    engine.close();
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
    const file = await writeEvent(event, folder.path, system.issuer);
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

  it('are named in the error for an unknown event', async () => {
    await expect(writeEvent('nonsense', folder.path, undefined)).rejects.toThrow(/test\/events/);
  });
});
