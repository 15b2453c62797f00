import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll } from 'vitest';
import { bundleFunctions } from '../../infra/build/bundle.ts';
import { readConfig } from '../../infra/config/config.ts';
import { AppStack } from '../../infra/stack.ts';
import { temporaryFolder } from './cloud-assembly.ts';

export type StackSettings = Readonly<Record<string, string>>;

const required: StackSettings = {
  AUTH0_DOMAIN: 'tenant.eu.auth0.com',
  AUTH0_API_AUDIENCE: 'https://todo.example.com',
};

/** Everything that can be switched on, to see what it does to the template. */
export const everySetting: StackSettings = {
  stage: 'prod',
  REQUIRE_SCOPES: 'true',
  AUTH0_EMAIL_CLAIM_NAMESPACE: 'https://todo.example.com/',
  CORS_ORIGINS: 'https://app.example.com,http://localhost:5173',
  DOMAIN_NAME: 'api.example.com',
  CERTIFICATE_ARN: 'arn:aws:acm:eu-central-1:123456789012:certificate/0f8fad5b-d9cb-469f-a165-70867728950e',
  HOSTED_ZONE_ID: 'Z0123456789ABC',
  WAF: 'true',
  ALARM_EMAIL: 'ops@example.com',
  CANARY: 'true',
  ARCHITECTURE: 'x86_64',
};

const folder = temporaryFolder();
afterAll(() => folder.remove());
export const bundles = join(folder.path, 'bundles');
let isBundled = false;
let count = 0;

/** The stack of an app, with these settings beside the required ones. All stacks share one run of the bundler. */
export function createStack(settings: StackSettings = {}): { app: App; stack: AppStack } {
  if (!isBundled) bundleFunctions(bundles);
  isBundled = true;
  const values: StackSettings = { ...required, ...settings };
  const app = new App({ outdir: join(folder.path, String(++count)) });
  const config = readConfig((name) => values[name]);
  return { app, stack: new AppStack(app, config, bundles) };
}
