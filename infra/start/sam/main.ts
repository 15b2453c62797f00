import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { LOGICAL_ID_HASH_LENGTH } from '../../local/deploy.ts';
import type { Deployment } from '../../local/deployment-spec.ts';
import { localCredentials } from '../../local/dynamodb/engine.ts';
import { createTables } from '../../local/dynamodb/tables.ts';
import { readDeployment } from '../../local/template/deployment.ts';
import { UserError } from '../../local/user-error.ts';
import { assertFree, type BackingServices, startBackingServices } from '../backing-services.ts';
import { describeSystem } from '../banner.ts';
import { type Lifetime, print, runCommand } from '../command.ts';
import { type CommandLine, readCommandLine } from '../options.ts';
import { localEnvironment, readLocalSettings } from '../settings.ts';
import { synthesize } from '../synthesize.ts';
import { findHostAddress } from './container-engine.ts';
import { writeEvent } from './event.ts';
import { startRelay } from './relay.ts';
import { HOST_NAME, writeSamTemplate } from './template.ts';

/** SAM needs this time to end its containers. */
const STOP_TIMEOUT_MS = 30_000;

const commandLines: Readonly<Record<string, CommandLine>> = {
  'start-api': {
    usage: 'npm run sam -- [options of "sam local start-api"]',
    summary: 'Runs the API in the containers of the AWS SAM CLI, with the local database and issuer.',
    passThrough: true,
    environment: { ...localEnvironment, DOCKER_HOST: 'Socket of the container engine. Default: Docker.' },
  },
  invoke: {
    usage: 'npm run sam:invoke -- <function> <event> [options of "sam local invoke"]',
    summary: 'Invokes one function in a container of the AWS SAM CLI, with the local database and issuer.',
    arguments: {
      function: 'The id of a function, such as listTodos.',
      event: 'The name of a file in test/events without .json, or the path of a .json file.',
    },
    passThrough: true,
    environment: { ...localEnvironment, DOCKER_HOST: 'Socket of the container engine. Default: Docker.' },
  },
};

/** `npm run sam` and `npm run sam:invoke`: the synthesized stack in the containers of the AWS SAM CLI. */
async function main(lifetime: Lifetime): Promise<void> {
  const [command = '', ...args] = process.argv.slice(2);
  const commandLine = commandLines[command];
  if (!commandLine) throw new UserError(`Name a command: ${Object.keys(commandLines).join(' or ')}.`);
  readCommandLine(commandLine, args);
  const settings = readLocalSettings(process.env);
  if (command === 'start-api') await assertFree(settings.port, 'PORT');
  const host = await findHostAddress(process.env);
  const services = await startBackingServices(settings, lifetime);

  print('Synthesizing the stack and bundling its functions …');
  const assemblyDir = join(settings.dataDir, 'sam');
  const ARCHITECTURE = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  await synthesize(assemblyDir, { ...services.settings, ARCHITECTURE });
  const deployment = readDeployment(assemblyDir);
  await createTables(services.dynamoDbEndpoint, deployment.region, deployment.tables);

  const hostPorts = loopbackPorts(services);
  const template = writeSamTemplate(assemblyDir, { hostPorts, dynamoDbEndpoint: services.dynamoDbEndpoint });
  if (!host.reachesLoopback) {
    const relay = startRelay(host.address, hostPorts);
    lifetime.onStop(() => relay.close());
  }
  const common = ['--template', template, '--add-host', `${HOST_NAME}:${host.address}`];
  if (command === 'start-api') {
    const apiUrl = `http://127.0.0.1:${settings.port}`;
    const docsUrl = deployment.outputs.DocsUrl && `${apiUrl}/docs`;
    print(describeSystem({ apiUrl, docsUrl, settings, issuer: services.issuer }));
    const address = ['--host', '127.0.0.1', '--port', String(settings.port)];
    await runSam(
      ['start-api', ...common, ...address, '--warm-containers', 'LAZY', ...args],
      deployment,
      lifetime,
    );
  } else {
    const [functionId = '', event = '', ...rest] = args;
    const file = await writeEvent(event, settings.dataDir, services.issuer);
    const logicalId = logicalIdOf(deployment, functionId);
    await runSam(['invoke', logicalId, ...common, '--event', file, ...rest], deployment, lifetime);
  }
}

/** The ports of the services that functions call on this machine's loopback. */
function loopbackPorts({ dynamoDbEndpoint, issuer }: BackingServices): number[] {
  return [dynamoDbEndpoint, issuer?.url]
    .map((url) => url && URL.parse(url))
    .filter((url) => !!url && ['127.0.0.1', 'localhost'].includes(url.hostname))
    .map((url) => Number((url as URL).port));
}

/** @throws {UserError} that lists the functions, when there is none of this id */
function logicalIdOf({ functions }: Deployment, functionId: string): string {
  const ids = functions.map(({ logicalId }) => logicalId.slice(0, -LOGICAL_ID_HASH_LENGTH));
  const found = functions[ids.indexOf(functionId)];
  if (found) return found.logicalId;
  throw new UserError(`Name a function: npm run sam:invoke -- <function> <event>, one of ${ids.join(', ')}.`);
}

/** Runs SAM, and ends this process with its exit code. */
async function runSam(args: readonly string[], { region }: Deployment, lifetime: Lifetime): Promise<void> {
  const child = spawn('sam', ['local', ...args, '--region', region], {
    stdio: 'inherit',
    env: {
      ...process.env,
      // SAM gives the caller's credentials to the containers. These are for the local engine only.
      AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
      AWS_SESSION_TOKEN: '',
      SAM_CLI_TELEMETRY: '0',
    },
  });
  const exited = once(child, 'exit');
  lifetime.onStop(async () => {
    child.kill('SIGINT');
    await exited;
  });
  try {
    const [exitCode] = await exited;
    await lifetime.stop(exitCode);
  } catch (cause) {
    throw new UserError(
      'The command sam is missing: install the AWS SAM CLI, for example with "pipx install aws-sam-cli".',
      { cause },
    );
  }
}

await runCommand(main, STOP_TIMEOUT_MS);
