import { once } from 'node:events';
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { assertUsableTable } from '../deploy/existing-table.ts';
import { startDynamoDb } from '../local/dynamodb/engine.ts';
import { useEngine } from '../local/dynamodb/tables.ts';
import { type Issuer, startIssuer } from '../local/issuer/issuer.ts';
import { UserError } from '../local/user-error.ts';
import type { Lifetime } from './command.ts';
import { apiScopes, clientsWithCallbacks, demoSpaClient, demoUsers } from './demo.ts';
import type { LocalSettings } from './settings.ts';
import type { DeploymentSettings } from './synthesize.ts';

/** The services that the functions call: the database and the issuer. */
export interface BackingServices {
  readonly dynamoDbEndpoint: string;
  /** Undefined when the API trusts a real tenant. */
  readonly issuer: Issuer | undefined;
  /** The settings to synthesize the stack with, so that its functions use these services. */
  readonly settings: DeploymentSettings;
}

/**
 * Starts the engine and the issuer of the settings, with the data of the last run.
 * @throws {UserError} when the data folder is unusable or a port is in use
 * @throws {ConfigError} when the engine lacks the table of the settings
 */
export async function startBackingServices(
  settings: LocalSettings,
  { onStop }: Lifetime,
): Promise<BackingServices> {
  const { dataDir, audience, auth0Domain, tableName } = settings;
  makeDataDir(dataDir);
  let { dynamoDbEndpoint } = settings;
  if (dynamoDbEndpoint === undefined) {
    const engine = await startDynamoDb(dataDir);
    onStop(() => engine.close());
    dynamoDbEndpoint = engine.endpoint;
  }
  if (tableName !== undefined)
    await useEngine(dynamoDbEndpoint, 'local', (client) =>
      assertUsableTable(client, tableName, `the engine at ${dynamoDbEndpoint}`),
    );
  const issuer = auth0Domain === undefined ? await startLocalIssuer(settings) : undefined;
  if (issuer) onStop(() => issuer.stop());
  return {
    dynamoDbEndpoint,
    issuer,
    settings: {
      AUTH0_DOMAIN: issuer?.domain ?? auth0Domain,
      AUTH0_API_AUDIENCE: audience,
      AUTH0_JWKS_FILE: issuer && writePublicKeys(dataDir, issuer),
      ...(issuer && {
        AUTH0_CUSTOM_DOMAINS: issuer.customDomains.join(','),
        AUTH0_DOCS_CLIENT_ID: demoSpaClient.clientId,
      }),
    },
  };
}

function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.R_OK | constants.W_OK);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UserError(
      `${dataDir} is not a writable folder (${reason}): correct its permissions or type, or set DATA_DIR to another folder.`,
    );
  }
}

async function startLocalIssuer({
  issuerPort,
  audience,
  dataDir,
  issuerCallbacks,
  issuerCustomDomains,
}: LocalSettings): Promise<Issuer> {
  try {
    return await startIssuer({
      port: issuerPort,
      customDomains: issuerCustomDomains,
      audience,
      scopes: apiScopes,
      users: demoUsers,
      clients: clientsWithCallbacks(issuerCallbacks),
      keyFile: join(dataDir, 'issuer-keys.json'),
    });
  } catch (error) {
    throw explainBusyPort(error, 'ISSUER_PORT', issuerPort);
  }
}

/** The authorizer is deployed with the public keys, as on AWS. So a cold start sends no request for keys. */
function writePublicKeys(dataDir: string, issuer: Issuer): string {
  const file = join(dataDir, 'jwks.json');
  writeFileSync(file, JSON.stringify(issuer.publicJwks()));
  return file;
}

/**
 * Checks a port before the synthesis, which takes seconds.
 * @throws {UserError} when the port is in use
 */
export async function assertFree(port: number, setting: string): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    throw explainBusyPort(error, setting, port);
  } finally {
    server.close();
  }
}

/** Gives a `UserError` for a port that is in use or reserved. Any other error is given back as it is. */
export function explainBusyPort(error: unknown, setting: string, port: number): unknown {
  const code = error instanceof Error && (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') {
    return new UserError(
      `Port ${port} is in use: stop what listens there, or set ${setting} to another port.`,
    );
  }
  return code === 'EACCES'
    ? new UserError(`Port ${port} is reserved: set ${setting} to 1024 or above.`)
    : error;
}
