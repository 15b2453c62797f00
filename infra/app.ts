import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { ConfigError } from '../functions/config.ts';
import { bundleFunctions } from './build/bundle.ts';
import { readConfig } from './config/config.ts';
import { readSettings } from './config/read-settings.ts';
import { loadSigningKeys } from './config/signing-keys.ts';
import { AppStack } from './stack.ts';

const app = new App();
const print = (sentence: string) => process.stderr.write(`${sentence}\n`);
try {
  const config = readSettings({ context: app.node.getAllContext(), environment: process.env }, readConfig);
  const deployedKeys = await loadSigningKeys(config, { fetch, now: Date.now, print });
  const bundles = join(app.outdir, 'bundles');
  bundleFunctions(bundles);
  const { stackName } = new AppStack(app, { ...config, deployedKeys }, bundles);
  const assembly = app.synth();
  if (process.argv.includes('--compare-tables')) {
    const { compareTables } = await import('./deploy/deployed-stack.ts');
    const stack = assembly.getStackByName(stackName);
    await compareTables(stack, config.tableName, { environment: process.env, print });
  }
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  print(error.message);
  process.exitCode = 1;
}
