import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { projectDir } from '../support/local-process.ts';
import { neutralEnvironment } from './ministack.ts';

export interface Cdk {
  /** Runs the CDK's CLI; fails with all that it printed. */
  run(...args: string[]): Promise<string>;
}

/**
 * The CDK's CLI as infra/README.md has it used, with an emulator in place of AWS: no credentials, profile or endpoint of
 * whoever runs this can reach it.
 * @param app the folder of the app to deploy
 * @param folder where files of its own may be written
 */
export function createCdk(options: {
  endpoint: string;
  region: string;
  folder: string;
  settings: Readonly<Record<string, string>>;
  app: string;
}): Cdk {
  const { endpoint, region, folder, settings, app } = options;
  const noProfiles = join(folder, 'no-aws-profiles');
  writeFileSync(noProfiles, '');
  const env = {
    ...neutralEnvironment(),
    ...settings,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_CONFIG_FILE: noProfiles,
    AWS_SHARED_CREDENTIALS_FILE: noProfiles,
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_HOME: folder,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
  const cli = join(projectDir, 'node_modules/aws-cdk/bin/cdk');

  return {
    async run(...args) {
      const child = spawn(process.execPath, [cli, ...args, '--ci', '--no-notices', '--no-color'], {
        cwd: app,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const closed = once(child, 'close');
      const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
      if (code !== 0) throw new Error(`cdk ${args.join(' ')} ended with ${code}:\n${output}${errors}`);
      return output + errors;
    },
  };
}
