import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { bundleFunctions } from '../../infra/build/bundle.ts';
import { readConfig } from '../../infra/config/config.ts';
import { AppStack } from '../../infra/stack.ts';
import { temporaryFolder } from './cloud-assembly.ts';

export type StackSettings = Readonly<Record<string, string>>;

const required: StackSettings = {
  AUTH0_DOMAIN: 'tenant.eu.auth0.com',
  AUTH0_API_AUDIENCE: 'https://todo.example.com',
};

/** Production, with the settings that it requires. */
export const production: StackSettings = {
  stage: 'prod',
  AWS_ACCOUNT: '123456789012',
  AWS_REGION: 'eu-central-1',
  ALARM_EMAIL: 'none',
};

/** Every setting with a value, so that a test sees its effect on the template. */
export const everySetting: StackSettings = {
  ...production,
  REQUIRE_SCOPES: 'true',
  AUTH0_CUSTOM_DOMAINS: 'login.example.com,auth0.example.com',
  AUTH0_EMAIL_CLAIM_NAMESPACE: 'https://todo.example.com/',
  PROFILE_MAX_AGE_HOURS: '1',
  ACCOUNT_LINKING: 'none',
  CORS_ORIGINS: 'https://app.example.com,http://localhost:5173',
  DOMAIN_NAME: 'api.example.com',
  CERTIFICATE_ARN: 'arn:aws:acm:eu-central-1:123456789012:certificate/0f8fad5b-d9cb-469f-a165-70867728950e',
  HOSTED_ZONE_ID: 'Z0123456789ABC',
  DOMAIN_ONLY: 'true',
  WAF: 'true',
  WAF_RATE_LIMIT: '20000',
  WAF_TOKEN_RATE_LIMIT: '2000',
  WAF_STRICT: 'true',
  TRACE_PERCENT: '2.5',
  LOG_SUCCESS_PERCENT: '3',
  MONTHLY_BUDGET: '500',
  TABLE_NAME: 'todos-restored',
  ALARM_EMAIL: 'ops@example.com',
  CANARY: 'true',
  ARCHITECTURE: 'x86_64',
};

// The test files of the suite share a process, and so they share the bundles and the templates.
const folder = temporaryFolder();
process.once('exit', folder.remove);
const templates = new Map<string, Template>();
let count = 0;

let bundled: string | undefined;
/** The folder with the bundles of all functions. */
export function bundles(): string {
  if (bundled === undefined) {
    bundled = join(folder.path, 'bundles');
    bundleFunctions(bundled);
  }
  return bundled;
}

/** The template of the stack, for a test that only reads it. */
export function synthesizeTemplate(settings: StackSettings = {}): Template {
  const key = JSON.stringify(settings);
  const template = templates.get(key) ?? Template.fromStack(createStack(settings).stack);
  templates.set(key, template);
  return template;
}

/**
 * A new stack of an app, with these settings beside the required ones.
 * @param context the context of the app. The context in cdk.json is not read
 */
export function createStack(
  settings: StackSettings = {},
  context: Readonly<Record<string, unknown>> = {},
): { app: App; stack: AppStack } {
  const values: StackSettings = { ...required, ...settings };
  const app = new App({ outdir: join(folder.path, String(++count)), context });
  const config = readConfig((name) => values[name]);
  return { app, stack: new AppStack(app, config, bundles()) };
}
