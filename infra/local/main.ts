import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { ConfigError } from '../../functions/shared/config.ts';
import { describeSystem } from './banner.ts';
import { deployLocally, type LocalDeployment } from './deploy.ts';
import { type DynamoDbEngine, startDynamoDb } from './dynamodb/engine.ts';
import { demoClients, demoUsers } from './issuer/demo.ts';
import { type Issuer, KeyFileError, startIssuer } from './issuer/issuer.ts';
import { type LocalSettings, readLocalSettings } from './settings.ts';
import { synthesize } from './synthesize.ts';
import { UserError } from './user-error.ts';
import { watchCode } from './watch.ts';

/** How long an orderly stop may take before the process ends anyway. */
const STOP_TIMEOUT_MS = 1_000;

/**
 * Every function runs in isolates of its own, each of which allocates and drops some hundred kilobytes a request.
 * V8's small first generations, collected by helper threads, then spend more on waking threads than on
 * collecting; with these, an isolate collects seldom and by itself. They hold for isolates that start later.
 */
const V8_FLAGS = ['--min-semi-space-size=8', '--single-threaded-gc'];

/** What to close at the end, in the order in which it was started. */
const closers: (() => Promise<void> | void)[] = [];

/** `npm start`: the whole system on this machine. `npm run dev` is the same with --watch. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { watch: { type: 'boolean', default: false } } });
  const settings = readLocalSettings(process.env);
  await assertFree(settings.port, 'PORT');
  mkdirSync(settings.dataDir, { recursive: true });

  const engine = await startEngine(settings);
  closers.push(() => engine.close());
  const issuer = settings.auth0Domain === undefined ? await startLocalIssuer(settings) : undefined;
  if (issuer) closers.push(() => issuer.stop());

  const assemblyDir = join(settings.dataDir, 'cdk.out');
  const synthesizeStack = () => {
    print('Synthesizing the stack and bundling its functions …');
    return synthesize(assemblyDir, {
      AUTH0_DOMAIN: issuer?.domain ?? settings.auth0Domain,
      AUTH0_API_AUDIENCE: settings.audience,
      AUTH0_JWKS_FILE: issuer && writePublicKeys(settings.dataDir, issuer),
    });
  };
  const deploy = (): Promise<LocalDeployment> => {
    print('Deploying it to this machine …');
    return deployLocally({
      assemblyDir,
      dynamoDbEndpoint: engine.endpoint,
      port: settings.port,
      onOutput: print,
    }).catch((error) => {
      throw explainBusyPort(error, 'PORT', settings.port);
    });
  };

  await synthesizeStack();
  let deployment = await deploy();
  closers.push(() => deployment.close());
  print(describeSystem({ apiUrl: deployment.url, settings, issuer }));
  if (!values.watch) return;

  const watcher = await watchCode({
    outdir: join(settings.dataDir, 'bundles'),
    onBundles: (changed) => {
      for (const [id, dir] of changed) deployment.replaceCode(id, dir);
      print(`Swapped ${[...changed.keys()].join(', ')}.`);
    },
    onStackChange: async () => {
      await synthesizeStack();
      await deployment.close();
      deployment = await deploy();
      print('Deployed the changed stack.');
    },
    onError: (message) => print(`${message}\nThe last good version goes on serving.`),
  });
  closers.push(() => watcher.close());
  print('Watching functions/ and infra/ for changes.');
}

async function startEngine({ dynamoDbEndpoint, dataDir }: LocalSettings): Promise<DynamoDbEngine> {
  if (dynamoDbEndpoint === undefined) return startDynamoDb(dataDir);
  return { endpoint: dynamoDbEndpoint, close: async () => {} };
}

async function startLocalIssuer({ issuerPort, audience, dataDir }: LocalSettings): Promise<Issuer> {
  try {
    return await startIssuer({
      port: issuerPort,
      audience,
      users: demoUsers,
      clients: demoClients,
      keyFile: join(dataDir, 'issuer-keys.json'),
    });
  } catch (error) {
    throw explainBusyPort(error, 'ISSUER_PORT', issuerPort);
  }
}

/** Deployed with the authorizer, as they are on AWS: so a cold start asks nobody for keys. */
function writePublicKeys(dataDir: string, issuer: Issuer): string {
  const file = join(dataDir, 'jwks.json');
  writeFileSync(file, JSON.stringify(issuer.publicJwks()));
  return file;
}

/** Better to hear of a busy port before the synthesis than after it. */
async function assertFree(port: number, setting: string): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    throw explainBusyPort(error, setting, port);
  } finally {
    server.close();
  }
}

function explainBusyPort(error: unknown, setting: string, port: number): unknown {
  const isBusy = error instanceof Error && (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  return isBusy
    ? new UserError(`Port ${port} is in use: stop what listens there, or set ${setting} to another port.`)
    : error;
}

async function stop(): Promise<void> {
  const closed = Promise.allSettled(closers.reverse().map((close) => close()));
  setTimeout(() => process.exit(), STOP_TIMEOUT_MS).unref();
  await closed;
  process.exit();
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);

V8_FLAGS.forEach(setFlagsFromString);
try {
  await main();
} catch (error) {
  const isMendable = [UserError, ConfigError, KeyFileError].some((type) => error instanceof type);
  process.stderr.write(`${isMendable ? (error as Error).message : (error as Error).stack}\n`);
  process.exitCode = 1;
  await stop();
}
