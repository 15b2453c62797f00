import { once } from 'node:events';
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { startDynamoDb } from '../local/dynamodb/engine.ts';
import { type Issuer, startIssuer } from '../local/issuer/issuer.ts';
import { UserError } from '../local/user-error.ts';
import type { Lifetime } from './command.ts';
import { apiScopes, demoClients, demoSpaClient, demoUsers } from './demo.ts';
import type { LocalSettings } from './settings.ts';
import type { DeploymentSettings } from './synthesize.ts';

/** What the functions call, wherever they run. */
export interface BackingServices {
  readonly dynamoDbEndpoint: string;
  /** undefined where a real tenant is trusted. */
  readonly issuer: Issuer | undefined;
  /** What a deployment that uses them is to be synthesized with. */
  readonly settings: DeploymentSettings;
}

/** Starts the engine and the issuer that the settings ask for, with the data of the last run. */
export async function startBackingServices(
  settings: LocalSettings,
  { onStop }: Lifetime,
): Promise<BackingServices> {
  const { dataDir, audience, auth0Domain } = settings;
  makeDataDir(dataDir);
  let { dynamoDbEndpoint } = settings;
  if (dynamoDbEndpoint === undefined) {
    const engine = await startDynamoDb(dataDir);
    onStop(() => engine.close());
    dynamoDbEndpoint = engine.endpoint;
  }
  const issuer = auth0Domain === undefined ? await startLocalIssuer(settings) : undefined;
  if (issuer) onStop(() => issuer.stop());
  return {
    dynamoDbEndpoint,
    issuer,
    settings: {
      AUTH0_DOMAIN: issuer?.domain ?? auth0Domain,
      AUTH0_API_AUDIENCE: audience,
      AUTH0_JWKS_FILE: issuer && writePublicKeys(dataDir, issuer),
      ...(issuer && { AUTH0_DOCS_CLIENT_ID: demoSpaClient.clientId }),
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
      `${dataDir} is no folder that can be written to (${reason}): make it one, or set DATA_DIR to another.`,
    );
  }
}

async function startLocalIssuer({ issuerPort, audience, dataDir }: LocalSettings): Promise<Issuer> {
  try {
    return await startIssuer({
      port: issuerPort,
      audience,
      scopes: apiScopes,
      users: demoUsers,
      clients: demoClients,
      keyFile: join(dataDir, 'issuer-keys.json'),
    });
  } catch (error) {
    throw explainBusyPort(error, 'ISSUER_PORT', issuerPort);
  }
}

/** Deployed with the authorizer, as they are on AWS: so a cold start asks nobody for keys. */
function writePublicKeys(dataDir: string, issuer: Issuer): string {
  const file = join(dataDir, 'jwks.json');
  writeFileSync(file, JSON.stringify(issuer.publicJwks()));
  return file;
}

/**
 * Better to hear of a busy port before the synthesis than after it.
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

/** What to throw in place of node's error, where it says that the port is in use or reserved. */
export function explainBusyPort(error: unknown, setting: string, port: number): unknown {
  const code = error instanceof Error && (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') {
    return new UserError(
      `Port ${port} is in use: stop what listens there, or set ${setting} to another port.`,
    );
  }
  return code === 'EACCES'
    ? new UserError(`Port ${port} is reserved: set ${setting} to one from 1024 on.`)
    : error;
}
