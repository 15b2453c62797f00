import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { UserError } from '../local/user-error.ts';

const projectDir = join(import.meta.dirname, '../..');

/** The settings of the deployment, by the names of the environment variables that `infra/config/config.ts` reads. */
export type DeploymentSettings = Readonly<Record<string, string | undefined>>;

/**
 * Synthesizes the CDK app as the CDK CLI does: runs the command of cdk.json, with its context, in a process of
 * its own. So a server that watches the code always synthesizes what is on disk now.
 * @param outdir where the cloud assembly is written
 * @returns what the app had to say all the same, such as that the tenant is out of reach; empty as a rule
 * @throws {UserError} with what the app printed, when it fails
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
      ...settings,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify(context),
    },
  });
  const exit = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  const [output, code] = await Promise.all([text(child.stderr), exit]);
  if (code !== 0) throw new UserError(output.trim() || `${app} failed with exit code ${code}`);
  return output.trim();
}
