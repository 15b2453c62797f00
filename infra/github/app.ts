import { App } from 'aws-cdk-lib';
import { ConfigError } from '../../functions/config.ts';
import { readSettings } from '../config/read-settings.ts';
import { DeployRoleStack, readDeployRoleConfig } from './deploy-role.ts';

const app = new App();
try {
  const config = readSettings(
    { context: app.node.getAllContext(), environment: process.env },
    readDeployRoleConfig,
  );
  new DeployRoleStack(app, config);
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
