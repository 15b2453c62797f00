import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { deployLocally } from '../local/deploy.ts';
import { assertFree, explainBusyPort, startBackingServices } from './backing-services.ts';
import { describeSystem } from './banner.ts';
import { type Lifetime, print, runCommand } from './command.ts';
import { openPage } from './open-page.ts';
import { type CommandLine, readCommandLine } from './options.ts';
import { announce } from './running-system.ts';
import { localEnvironment, readLocalSettings } from './settings.ts';
import { synthesize } from './synthesize.ts';
import { createTerminalLog } from './terminal-log.ts';
import { watchCode } from './watch.ts';

const STOP_TIMEOUT_MS = 1_000;

const commandLine: CommandLine = {
  usage: 'npm start -- [options]\n       npm run dev -- [options]',
  summary:
    'Runs the whole system on this machine: API, functions, database, issuer. npm run dev also deploys each change of the code.',
  options: {
    json: 'Print the log lines of the functions as JSON. This is the default when the output is not a terminal.',
    open: 'Open the page of the API in the browser.',
    watch: 'Watch functions/ and infra/, and deploy each change. npm run dev sets this option.',
  },
  environment: localEnvironment,
};

/** `npm start` and `npm run dev`: the whole system on this machine. */
async function main(lifetime: Lifetime): Promise<void> {
  const { options } = readCommandLine(commandLine, process.argv.slice(2));
  const settings = readLocalSettings(process.env);
  await assertFree(settings.port, 'PORT');
  const services = await startBackingServices(settings, lifetime);

  // Each synthesis has a folder of its own: the running functions still read theirs.
  const assembliesDir = join(settings.dataDir, 'cdk.out');
  rmSync(assembliesDir, { recursive: true, force: true });
  let count = 0;
  const synthesizeStack = async (): Promise<string> => {
    print('Synthesizing the stack and bundling its functions …');
    const outdir = join(assembliesDir, String(++count));
    const remarks = await synthesize(outdir, services.settings);
    if (remarks) print(remarks);
    return outdir;
  };

  let assemblyDir = await synthesizeStack();
  print('Deploying it to this machine …');
  const deployment = await deployLocally({
    assemblyDir,
    dynamoDbEndpoint: services.dynamoDbEndpoint,
    port: settings.port,
    ...logTo(process.stdout, options.has('json')),
  }).catch((error) => {
    throw explainBusyPort(error, 'PORT', settings.port);
  });
  lifetime.onStop(() => deployment.close());
  const { region, outputs } = deployment.deployment;
  lifetime.onStop(
    announce(settings.dataDir, {
      apiUrl: deployment.url,
      dynamoDbEndpoint: services.dynamoDbEndpoint,
      region,
      tableName: outputs.TableName ?? '',
      auth0Domain: outputs.Auth0Domain ?? '',
    }),
  );
  const docsUrl = outputs.DocsUrl && `${deployment.url}/docs`;
  print(describeSystem({ apiUrl: deployment.url, docsUrl, settings, issuer: services.issuer }));
  if (options.has('open')) await openPage(docsUrl ?? deployment.url, { print });
  // The process may end before the first interval of a schedule does.
  void deployment.runSchedules();
  if (!options.has('watch')) return;

  const watcher = await watchCode({
    outdir: join(settings.dataDir, 'bundles'),
    deployedBundles: () => join(assemblyDir, 'bundles'),
    onBundles: (changed) => {
      for (const [id, dir] of changed) deployment.replaceCode(id, dir);
      print(`Swapped ${[...changed.keys()].join(', ')}.`);
    },
    onStackChange: async () => {
      try {
        const next = await synthesizeStack();
        await deployment.update(next);
        assemblyDir = next;
      } finally {
        const unused = readdirSync(assembliesDir).map((name) => join(assembliesDir, name));
        for (const dir of unused) if (dir !== assemblyDir) rmSync(dir, { recursive: true, force: true });
      }
      print('Deployed the changed stack.');
    },
    onServerChange: (files) =>
      print(`Restart npm run dev to load ${files.join(', ')}: it is code of the local server.`),
    onError: (message) => print(`${message}\nThe last good version goes on serving.`),
    onMended: () => print('The error is fixed; the code is live again.'),
  });
  lifetime.onStop(() => watcher.close());
  print('Watching functions/ and infra/ for changes.');
}

/** On a terminal a readable line for each request, otherwise the structured lines of the functions. */
function logTo(stream: NodeJS.WriteStream, json: boolean) {
  if (json || !stream.isTTY) return { onOutput: print };
  const log = createTerminalLog(stream);
  return {
    onAccess: (entry: Parameters<typeof log.formatAccess>[0]) => print(log.formatAccess(entry)),
    onOutput: (line: string) => {
      const text = log.formatOutput(line);
      if (text !== undefined) print(text);
    },
  };
}

await runCommand(main, STOP_TIMEOUT_MS);
