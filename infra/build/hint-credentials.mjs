import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

// Without credentials, the CDK only says that it cannot resolve the account. This is a hint and not an error, because
// credentials can have other sources, such as a role of the machine.
const { env } = process;
const hasCredentials =
  [
    'AWS_ACCESS_KEY_ID',
    'AWS_PROFILE',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  ].some((name) => env[name]) ||
  [
    env.AWS_SHARED_CREDENTIALS_FILE ?? join(homedir(), '.aws/credentials'),
    env.AWS_CONFIG_FILE ?? join(homedir(), '.aws/config'),
  ].some((file) => existsSync(file));

if (!hasCredentials) {
  process.stderr.write(
    'No AWS credentials are in the environment or in ~/.aws. If the CDK cannot resolve the account, run "aws configure sso" or set AWS_PROFILE, then try again.\n',
  );
}
