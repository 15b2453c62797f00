import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { print, runScript } from '../start/command.ts';
import { type CommandLine, readCommandLine } from '../start/options.ts';
import { installDeployCli, runDeployCli } from './deploy-cli.ts';
import { type ManagementApi, openManagementApi } from './management-api.ts';
import { readTenantSettings, tenantEnvironment } from './settings.ts';
import { bindAction, listBindings } from './trigger-bindings.ts';

const commandLine: CommandLine = {
  usage: 'npm run auth0:deploy -- [options]',
  summary:
    'Creates or updates the API, the clients and the Action of this project in an Auth0 tenant. It deletes nothing.',
  options: {
    'dry-run': 'Print what would change, and change nothing.',
    'password-client': 'Also create the client of the curl commands in README.md. It is for tests only.',
  },
  environment: tenantEnvironment,
};

/** `npm run auth0:deploy`: brings a tenant to the state that the files of this folder describe. */
async function main(): Promise<void> {
  const { options } = readCommandLine(commandLine, process.argv.slice(2));
  const dryRun = options.has('dry-run');
  const settings = readTenantSettings(readSetting);
  const { domain, clientId, keywords, actionName } = settings;
  const api = await openManagementApi(settings, fetch);
  installDeployCli();
  const apply = (file: string, types: readonly string[]) =>
    runDeployCli({ file, types, domain, clientId, accessToken: api.accessToken, keywords, dryRun });

  if (dryRun) print(`The values in tenant.yaml: ${JSON.stringify(keywords, undefined, 2)}`);
  print('This takes half a minute. It deletes nothing, whatever the Auth0 Deploy CLI says about deletions.');
  await apply('tenant.yaml', ['resourceServers', 'clients', ...(actionName ? ['actions'] : [])]);
  print(await applyAction(api, actionName, dryRun));

  if (!options.has('password-client')) return;
  const directory = await readDefaultDirectory(api);
  await apply('password-client.yaml', ['clients', ...(directory ? [] : ['tenant'])]);
  if (directory) print(`The Default Directory stays ${directory}: the password grant looks for users there.`);
}

/** Binds the Action. A dry run does not. Gives a sentence about it. */
async function applyAction(api: ManagementApi, name: string | undefined, dryRun: boolean): Promise<string> {
  if (!name)
    return 'AUTH0_EMAIL_CLAIM_NAMESPACE is not set, so no Action adds the email claims to access tokens.';
  if (!dryRun) {
    const isNew = await bindAction(api, name, sleep);
    return `The Action ${name} runs after each sign-in${isNew ? ' from now on' : ''}.`;
  }
  const bound = (await listBindings(api)).map(({ action }) => action.name);
  const order = bound.includes(name) ? bound : [...bound, name];
  return `These Actions would run after each sign-in: ${order.join(', ')}.`;
}

/** The connection where the password grant looks for users; empty in a new tenant. */
async function readDefaultDirectory(api: ManagementApi): Promise<string | undefined> {
  const settings = (await api.get('tenants/settings')) as { readonly default_directory?: string };
  return settings.default_directory;
}

/** The context of cdk.json comes before the environment, as for the stack. */
function readSetting(name: string): string | undefined {
  return context[name] ?? process.env[name];
}

const context: Readonly<Record<string, string | undefined>> = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../cdk.json'), 'utf8'),
).context;

await runScript(main);
