import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { UserError } from '../local/user-error.ts';

const folder = import.meta.dirname;

/** One run of the Auth0 Deploy CLI. */
export interface DeployCliRun {
  /** A file of this folder. */
  readonly file: string;
  readonly domain: string;
  readonly clientId: string;
  readonly accessToken: string;
  /** The types of resources that the run may touch. */
  readonly types: readonly string[];
  readonly keywords: Readonly<Record<string, unknown>>;
  readonly dryRun: boolean;
}

/** Installs the Auth0 Deploy CLI. It is in no workspace, because nothing else needs its packages. */
export function installDeployCli(): void {
  if (readVersion(join(folder, 'node_modules/auth0-deploy-cli/package.json')) === wantedVersion()) return;
  const { status } = spawnSync('npm', ['ci', '--prefix', folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new UserError('The Auth0 Deploy CLI could not be installed.');
}

/**
 * Applies a file to the tenant. The CLI gets its settings from here alone: it reads no environment variable, so
 * AUTH0_ALLOW_DELETE of somebody's shell has no effect. It computes for many seconds before its first request, so it
 * gets a thread, with connections of its own.
 * Source: https://github.com/auth0/auth0-deploy-cli/blob/master/docs/using-as-node-module.md
 * @throws {UserError} with the reason of the CLI
 */
export async function runDeployCli(run: DeployCliRun): Promise<void> {
  const worker = new Worker(new URL('deploy-cli-worker.ts', import.meta.url), {
    workerData: {
      input_file: join(folder, run.file),
      env: false,
      config: {
        AUTH0_DOMAIN: run.domain,
        AUTH0_CLIENT_ID: run.clientId,
        AUTH0_ACCESS_TOKEN: run.accessToken,
        AUTH0_ALLOW_DELETE: false,
        AUTH0_INCLUDED_ONLY: run.types,
        AUTH0_KEYWORD_REPLACE_MAPPINGS: run.keywords,
      },
      ...(run.dryRun && { dry_run: true }),
    },
  });
  await once(worker, 'exit').catch((cause: Error) => {
    throw new UserError(`The Auth0 Deploy CLI failed: ${cause.message}`, { cause });
  });
}

function wantedVersion(): string {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).devDependencies['auth0-deploy-cli'];
}

function readVersion(file: string): string | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).version;
  } catch {
    return undefined;
  }
}
