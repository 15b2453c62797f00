import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

// The CDK says only that it cannot resolve the account. Where else credentials may come from (a role of this
// machine, say) is not known here, so this is a hint and no refusal.
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
    'No AWS credentials are in the environment or in ~/.aws. If no account can be resolved below: run "aws configure sso" or set AWS_PROFILE, then try again.\n',
  );
}
