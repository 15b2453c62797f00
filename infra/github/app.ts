import { App } from 'aws-cdk-lib';
import { ConfigError } from '../../functions/config.ts';
import { DeployRoleStack, readDeployRoleConfig } from './deploy-role.ts';

const app = new App();
try {
  const config = readDeployRoleConfig((name) => app.node.tryGetContext(name) ?? process.env[name]);
  new DeployRoleStack(app, config);
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
