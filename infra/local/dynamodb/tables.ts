import { isDeepStrictEqual } from 'node:util';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import type { TableSpec } from '../deployment-spec.ts';
import { UserError } from '../user-error.ts';
import { localCredentials } from './engine.ts';

const unreachable: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'ETIMEDOUT',
]);

/**
 * Creates the missing tables of a deployment, in any engine.
 * @throws {UserError} when a table has other keys or indexes, or the engine is unreachable
 */
export async function createTables(
  endpoint: string,
  region: string,
  tables: readonly TableSpec[],
): Promise<void> {
  await useEngine(endpoint, region, async (client) => {
    for (const spec of tables) await createTable(client, toCreateTableInput(spec));
  });
}

/**
 * Gives a client of an engine to a function, and destroys the client afterwards.
 * @throws {UserError} when the engine is unreachable
 */
export async function useEngine(
  endpoint: string,
  region: string,
  use: (client: DynamoDBClient) => Promise<void>,
): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region, credentials: localCredentials });
  try {
    await use(client);
  } catch (error) {
    if (error instanceof Error && unreachable.has(String((error as { code?: unknown }).code))) {
      throw new UserError(`No DynamoDB engine responds at ${endpoint}: start it, or choose another engine.`);
    }
    throw error;
  } finally {
    client.destroy();
  }
}

async function createTable(client: DynamoDBClient, wanted: CreateTableCommandInput): Promise<void> {
  const { TableName } = wanted;
  const existing = await describeTable(client, TableName);
  if (!existing) {
    await client.send(new CreateTableCommand(wanted));
    await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { TableName });
  } else if (!hasSameShape(existing, wanted)) {
    throw new UserError(
      `The table ${TableName} was created by another version, with other keys or indexes: delete the table or the data folder, and start again.`,
    );
  }
}

/** Gives the description of a table; undefined when there is none with this name. */
export async function describeTable(
  client: DynamoDBClient,
  TableName: string | undefined,
): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** CloudFormation and the DynamoDB API use the same names. Properties that local engines lack are left out. */
function toCreateTableInput({ name, properties }: TableSpec): CreateTableCommandInput {
  const { AttributeDefinitions, KeySchema, LocalSecondaryIndexes, BillingMode } =
    properties as unknown as CreateTableCommandInput;
  return { TableName: name, AttributeDefinitions, KeySchema, LocalSecondaryIndexes, BillingMode };
}

/** The keys and indexes of a table, as CloudFormation and the DynamoDB API name them. */
export type TableShape = Pick<
  CreateTableCommandInput | TableDescription,
  'AttributeDefinitions' | 'KeySchema' | 'LocalSecondaryIndexes'
>;

/** Whether two tables have the same keys and local indexes, which can never be changed. */
export function hasSameShape(a: TableShape, b: TableShape): boolean {
  return isDeepStrictEqual(shapeOf(a), shapeOf(b));
}

function shapeOf({ AttributeDefinitions = [], KeySchema = [], LocalSecondaryIndexes = [] }: TableShape) {
  const types = new Map(
    AttributeDefinitions.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]),
  );
  const keysOf = (schema: TableShape['KeySchema'] = []) =>
    schema.map(({ AttributeName, KeyType }) => ({ AttributeName, KeyType, type: types.get(AttributeName) }));
  const byName = (x: { IndexName?: string | undefined }, y: { IndexName?: string | undefined }) =>
    String(x.IndexName).localeCompare(String(y.IndexName));
  return {
    keys: keysOf(KeySchema),
    indexes: [...LocalSecondaryIndexes].sort(byName).map(({ IndexName, KeySchema: schema, Projection }) => ({
      IndexName,
      keys: keysOf(schema),
      projection: Projection?.ProjectionType,
      attributes: [...(Projection?.NonKeyAttributes ?? [])].sort(),
    })),
  };
}
