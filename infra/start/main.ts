import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { deployLocally, type LocalDeployment } from '../local/deploy.ts';
import { assertFree, explainBusyPort, startBackingServices } from './backing-services.ts';
import { describeSystem } from './banner.ts';
import { type Lifetime, print, runCommand } from './command.ts';
import { openPage } from './open-page.ts';
import { readLocalSettings } from './settings.ts';
import { synthesize } from './synthesize.ts';
import { watchCode } from './watch.ts';

const STOP_TIMEOUT_MS = 1_000;

/**
 * `npm start`: the whole system on this machine. `npm run dev` is the same with --watch. With --open, the page to
 * try the API in opens by itself.
 */
async function main(lifetime: Lifetime): Promise<void> {
  const { values } = parseArgs({
    options: { watch: { type: 'boolean', default: false }, open: { type: 'boolean', default: false } },
  });
  const settings = readLocalSettings(process.env);
  await assertFree(settings.port, 'PORT');
  const services = await startBackingServices(settings, lifetime);

  const assemblyDir = join(settings.dataDir, 'cdk.out');
  const synthesizeStack = async () => {
    print('Synthesizing the stack and bundling its functions …');
    const remarks = await synthesize(assemblyDir, services.settings);
    if (remarks) print(remarks);
  };
  const deploy = (): Promise<LocalDeployment> => {
    print('Deploying it to this machine …');
    return deployLocally({
      assemblyDir,
      dynamoDbEndpoint: services.dynamoDbEndpoint,
      port: settings.port,
      onOutput: print,
    }).catch((error) => {
      throw explainBusyPort(error, 'PORT', settings.port);
    });
  };

  await synthesizeStack();
  let deployment = await deploy();
  lifetime.onStop(() => deployment.close());
  const docsUrl = deployment.deployment.outputs.DocsUrl && `${deployment.url}/docs`;
  print(describeSystem({ apiUrl: deployment.url, docsUrl, settings, issuer: services.issuer }));
  if (values.open) await openPage(docsUrl ?? deployment.url, { print });
  // This process may never live as long as a schedule's interval.
  void deployment.runSchedules();
  if (!values.watch) return;

  const watcher = await watchCode({
    outdir: join(settings.dataDir, 'bundles'),
    deployedBundles: join(assemblyDir, 'bundles'),
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
  lifetime.onStop(() => watcher.close());
  print('Watching functions/ and infra/ for changes.');
}

await runCommand(main, STOP_TIMEOUT_MS);
