import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { DeployRoleStack } from '../../infra/github/deploy-role.ts';
import { findPython, installPackages } from '../deploy/python.ts';
import { createStack, everySetting, production } from '../support/stack.ts';

const python = findPython();
const requirements = join(import.meta.dirname, 'cfn-lint-requirements.txt');
/** "Obsolete DependsOn on resource": the CDK makes a function depend on its role and on that role's policy. */
const OBSOLETE_DEPENDENCY = 'W3005';
/** The content of the script `cfn-lint`. The script itself has the path of a Python that moved. */
const RUN = 'import sys; from cfnlint.runner import main; sys.exit(main())';

function synthesizeDeployRole(): string {
  const app = new App();
  const config = { repository: 'octo-org/todo-api', environment: 'prod', createsProvider: true };
  const { templateFile } = new DeployRoleStack(app, config);
  app.synth();
  return join(app.outdir, templateFile);
}

describe.runIf(python)('cfn-lint (needs Python 3.10 or later)', { tags: 'long' }, () => {
  it('finds nothing in the template of any stage', () => {
    const templates = [{}, production, everySetting].map((settings) => {
      const { app, stack } = createStack(settings);
      app.synth();
      return join(app.outdir, stack.templateFile);
    });
    templates.push(synthesizeDeployRole());
    const interpreter = installPackages(String(python), requirements);
    const options = ['--regions', 'eu-central-1', '--ignore-checks', OBSOLETE_DEPENDENCY];
    const { status, stdout, stderr } = spawnSync(interpreter, ['-c', RUN, ...options, '--', ...templates], {
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});
