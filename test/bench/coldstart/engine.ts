import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { tableDefinition } from '../../../infra/deploy/table-definition.ts';
import { localCredentials } from '../../../infra/local/dynamodb/engine.ts';
import { createTables } from '../../../infra/local/dynamodb/tables.ts';
import { certificateFile } from '../certificate.ts';
import { REGION } from '../environment.ts';
import { OTHERS, pinned } from '../processors.ts';
import { startServer } from '../server-process.ts';

/** A running engine with the table of the deployment. */
export interface MeasuredEngine {
  /** A client that prepares data, without TLS. */
  readonly client: DynamoDBDocumentClient;
  /** The environment variables with which a function reaches the engine by TLS. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Starts the embedded engine in its own process, and creates empty tables.
 * @param folder for the certificate
 * @param tables the names of the tables, which all have the keys and indexes of the deployed one
 */
export async function startEngine(folder: string, tables: readonly string[]): Promise<MeasuredEngine> {
  const script = join(import.meta.dirname, 'engine-process.ts');
  const server = await startServer(pinned([process.execPath, script, folder], OTHERS), {
    cwd: folder,
    environment: {},
    ready: /^(\{.*\})$/m,
  });
  const { plain, tls } = JSON.parse(server.address) as { plain: string; tls: string };
  const specs = tables.map((name) => ({ logicalId: name, name, properties: tableDefinition }));
  await createTables(plain, REGION, specs);
  const client = new DynamoDBClient({ endpoint: plain, region: REGION, credentials: localCredentials });
  return {
    client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    environment: { AWS_ENDPOINT_URL_DYNAMODB: tls, NODE_EXTRA_CA_CERTS: certificateFile(folder) },
    async stop() {
      client.destroy();
      await server.stop();
    },
  };
}
