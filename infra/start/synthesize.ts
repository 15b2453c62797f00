import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { UserError } from '../local/user-error.ts';
import { describeCodeError, projectDir, readCodeError } from './code-error.ts';
import { explainFileError } from './file-error.ts';

/** The settings of the deployment, by the names of the environment variables that `infra/config/config.ts` reads. */
export type DeploymentSettings = Readonly<Record<string, string | undefined>>;

/** Deep enough to reach from the inner frames of the CDK to the line of this project that called it. */
const STACK_FRAMES = 100;

/**
 * Synthesizes the CDK app as the CDK CLI does, but does not validate the template. It runs the command of cdk.json,
 * with its context, in a process of its own. So the process that watches the code always synthesizes the code as it is
 * on the disk.
 * @param outdir the folder for the cloud assembly
 * @returns remarks of the app, such as that the tenant does not respond; usually empty
 * @throws {UserError} with the error in a few lines, when the app fails
 */
export async function synthesize(outdir: string, settings: DeploymentSettings): Promise<string> {
  const { app, context } = JSON.parse(readFileSync(join(projectDir, 'cdk.json'), 'utf8'));
  const child = spawn(app, {
    cwd: projectDir,
    shell: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --stack-trace-limit=${STACK_FRAMES}`,
      // These pin a stage to a place in AWS.
      AWS_ACCOUNT: undefined,
      AWS_REGION: undefined,
      // The shell of an operator has it, and the app refuses it without a stage.
      STAGE: undefined,
      // The validation of the template takes half of the synthesis. The local deployment has checks of its own, and
      // `cdk deploy` validates.
      CDK_VALIDATION: 'false',
      ...settings,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify(context),
    },
  });
  const exit = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  const [output, code] = await Promise.all([text(child.stderr), exit]);
  if (code === 0) return output.trim();
  const explanation = explainFileError(output) ?? describeCodeError(readCodeError(output));
  throw new UserError(explanation || `${app} failed with exit code ${code}`);
}
