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

/** What a program needs to use an emulator in place of AWS. */
export interface EmulatorOptions {
  readonly endpoint: string;
  readonly region: string;
  /** A folder for files of programs. */
  readonly folder: string;
  /** The settings of the deployment. */
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * The environment of a program that uses an emulator in place of AWS. The credentials, profiles and endpoints of the
 * person who runs the tests are hidden from it.
 */
export function emulatorEnvironment({
  endpoint,
  region,
  folder,
  settings,
}: EmulatorOptions): NodeJS.ProcessEnv {
  const noProfiles = join(folder, 'no-aws-profiles');
  writeFileSync(noProfiles, '');
  return {
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
}

/**
 * The CDK CLI as infra/README.md uses it, with an emulator in place of AWS.
 * @param app the folder of the app to deploy
 */
export function createCdk({ app, ...emulator }: EmulatorOptions & { readonly app: string }): Cdk {
  const env = emulatorEnvironment(emulator);
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
