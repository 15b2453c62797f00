import { join } from 'node:path';
import { ampleThrottle } from '../../support/ample-throttle.ts';
import { startArguments } from '../../support/start-arguments.ts';
import { type ServerProcess, startServer } from '../server-process.ts';
import { createTables } from './python.ts';

const projectDir = join(import.meta.dirname, '../../..');

/** The issuer that every system trusts, and the folder for its data. */
export interface SystemOptions {
  readonly auth0Domain: string;
  readonly audience: string;
  readonly folder: string;
}

/** Starts the system of `npm start`. It trusts the issuer like an Auth0 tenant. */
export function startLocalSystem({ auth0Domain, audience, folder }: SystemOptions): Promise<ServerProcess> {
  return startServer([process.execPath, ...startArguments], {
    cwd: projectDir,
    environment: {
      AUTH0_DOMAIN: auth0Domain,
      AUTH0_API_AUDIENCE: audience,
      DATA_DIR: join(folder, 'local'),
      PORT: '0',
      ...ampleThrottle,
    },
    ready: /^ {2}API +(http\S+?)\/todo\/$/m,
  });
}

export interface DjangoOptions extends SystemOptions {
  readonly name: string;
  readonly cacheJwks: boolean;
  /** Less middleware, verification by OpenSSL, persistent connections, and a database that does not sync the disk. */
  readonly tuned: boolean;
  /** The number of gunicorn processes. */
  readonly workers: number;
  /** The number of threads in each process. */
  readonly threads: number;
}

export async function startDjango(
  programPath: (program: string) => string,
  { name, auth0Domain, audience, folder, cacheJwks, tuned, workers, threads }: DjangoOptions,
): Promise<ServerProcess> {
  const settings = {
    AUTH0_DOMAIN: auth0Domain,
    AUTH0_API_AUDIENCE: audience,
    CACHE_JWKS: String(cacheJwks),
    DATABASE: join(folder, `${name}.sqlite3`),
    DJANGO_SETTINGS_MODULE: 'service.settings',
    PYTHONDONTWRITEBYTECODE: '1',
    TUNED: String(tuned),
  };
  await createTables(programPath, settings);
  const options = ['--bind', '127.0.0.1:0', '--workers', String(workers), '--threads', String(threads)];
  return startServer([programPath('gunicorn'), 'service.wsgi', ...options, '--keep-alive', '60'], {
    cwd: import.meta.dirname,
    environment: settings,
    ready: /Listening at: (http\S+)/,
  });
}
