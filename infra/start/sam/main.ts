import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { LOGICAL_ID_HASH_LENGTH } from '../../local/deploy.ts';
import type { Deployment } from '../../local/deployment-spec.ts';
import { createTables } from '../../local/dynamodb/tables.ts';
import { readDeployment } from '../../local/template/deployment.ts';
import { UserError } from '../../local/user-error.ts';
import { assertFree, type BackingServices, startBackingServices } from '../backing-services.ts';
import { describeSystem } from '../banner.ts';
import { type Lifetime, print, runCommand } from '../command.ts';
import { readCommandLine } from '../options.ts';
import { type LocalSettings, readLocalSettings } from '../settings.ts';
import { synthesize } from '../synthesize.ts';
import { addDebugOptions, checkApiOptions, commandLines, readInvocation } from './command-line.ts';
import { findHostAccess, type HostAccess } from './container-engine.ts';
import { readEvent, writeEvent } from './event.ts';
import { startRelay } from './relay.ts';
import { assertSam, startSam, untilListening } from './sam-cli.ts';
import { HOST_NAME, writeSamTemplate } from './template.ts';

/** SAM needs this time to end its containers. */
const STOP_TIMEOUT_MS = 30_000;

/** `npm run sam` and `npm run sam:invoke`: the synthesized stack in the containers of the AWS SAM CLI. */
async function main(lifetime: Lifetime): Promise<void> {
  const [command, ...args] = process.argv.slice(2);
  if (command === 'start-api') return startApi(args, lifetime);
  if (command === 'invoke') return invoke(args, lifetime);
  throw new UserError(`Name a command: ${Object.keys(commandLines).join(' or ')}.`);
}

async function startApi(args: readonly string[], lifetime: Lifetime): Promise<void> {
  readCommandLine(commandLines['start-api'], args);
  checkApiOptions(args, process.env);
  const settings = readLocalSettings(process.env);
  await assertFree(settings.port, 'PORT');
  const port = settings.port || (await findFreePort());
  const { services, deployment, common } = await prepare(settings, lifetime);

  const options = addDebugOptions(args, process.env, (id) => logicalIdOf(deployment, id));
  const address = ['--host', '127.0.0.1', '--port', String(port)];
  const sam = startSam(
    ['start-api', ...common, ...address, '--warm-containers', 'LAZY', ...options],
    deployment.region,
  );
  lifetime.onStop(sam.stop);
  const ended = new AbortController();
  const [exitCode] = await Promise.all([
    sam.exited.finally(() => ended.abort()),
    untilListening(port, ended.signal).then(() => {
      if (ended.signal.aborted) return;
      const apiUrl = `http://127.0.0.1:${port}`;
      const docsUrl = deployment.outputs.DocsUrl && `${apiUrl}/docs`;
      print(describeSystem({ apiUrl, docsUrl, settings, issuer: services.issuer }));
    }),
  ]);
  await lifetime.stop(exitCode);
}

async function invoke(args: readonly string[], lifetime: Lifetime): Promise<void> {
  readCommandLine(commandLines.invoke, args);
  const { functionId, event, options: given } = readInvocation(args);
  const eventText = readEvent(event);
  const settings = readLocalSettings(process.env);
  const { services, deployment, common } = await prepare(settings, lifetime);

  const file = await writeEvent(eventText, settings.dataDir, services.issuer);
  const toLogicalId = (id: string) => logicalIdOf(deployment, id);
  const options = addDebugOptions(given, process.env, toLogicalId);
  const sam = startSam(
    ['invoke', toLogicalId(functionId), ...common, '--event', file, ...options],
    deployment.region,
  );
  lifetime.onStop(sam.stop);
  await lifetime.stop(await sam.exited);
}

/** Everything that SAM needs: first the checks that take no time, then the services and the synthesized stack. */
async function prepare(settings: LocalSettings, lifetime: Lifetime) {
  assertSam(process.env);
  const host = await findHostAccess(process.env);
  const services = await startBackingServices(settings, lifetime);
  const hostPorts = loopbackPorts(services);
  await relayLoopback(host, hostPorts, lifetime);

  print('Synthesizing the stack and bundling its functions …');
  const assemblyDir = join(settings.dataDir, 'sam');
  const ARCHITECTURE = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  await synthesize(assemblyDir, { ...services.settings, ARCHITECTURE });
  const deployment = readDeployment(assemblyDir);
  const { dynamoDbEndpoint } = services;
  await createTables(dynamoDbEndpoint, deployment.region, deployment.tables);
  const template = writeSamTemplate(assemblyDir, { hostPorts, dynamoDbEndpoint });
  const common = ['--template', template, '--add-host', `${HOST_NAME}:${host.address}`];
  return { services, deployment, common };
}

/** An address that may appear later appears with a container. An error of its relay then ends this process. */
async function relayLoopback(
  { relay: place }: HostAccess,
  ports: readonly number[],
  lifetime: Lifetime,
): Promise<void> {
  if (!place) return;
  const relay = startRelay(place, ports);
  lifetime.onStop(() => relay.close());
  if (!place.mayAppearLater) await relay.listening;
}

/** The ports of the services that functions call on this machine's loopback. */
function loopbackPorts({ dynamoDbEndpoint, issuer }: BackingServices): number[] {
  return [dynamoDbEndpoint, issuer?.url]
    .map((url) => url && URL.parse(url))
    .filter((url) => !!url && ['127.0.0.1', 'localhost'].includes(url.hostname))
    .map((url) => Number((url as URL).port));
}

/** @throws {UserError} when the deployment leaves this function out */
function logicalIdOf({ functions }: Deployment, functionId: string): string {
  const found = functions.find(({ logicalId }) => logicalId.slice(0, -LOGICAL_ID_HASH_LENGTH) === functionId);
  if (found) return found.logicalId;
  throw new UserError(`The settings of this deployment leave out the function ${functionId}.`);
}

/** SAM must be told a port: nobody else knows which one it takes. */
async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

await runCommand(main, STOP_TIMEOUT_MS);
