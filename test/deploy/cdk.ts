import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { projectDir } from '../support/local-process.ts';
import { neutralEnvironment } from './ministack.ts';

export interface Cdk {
  /**
   * Runs a command of the CDK CLI, and gives its output.
   * @throws {Error} when the command fails; the message has the output
   */
  run(...args: string[]): Promise<string>;
}

/**
 * The CDK CLI as infra/README.md uses it, with an emulator in place of AWS. The credentials, profiles and endpoints of
 * the person who runs the tests are hidden from it.
 * @param app the folder of the app to deploy
 * @param folder a folder for the files of the CLI
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
