import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ConfigError } from '../../functions/config.ts';
import { describeTable, hasSameShape } from '../local/dynamodb/tables.ts';
import { tableDefinition } from './table-definition.ts';

/**
 * Checks that a table can take the place of the one that the stack creates.
 * @param place where it must be, for the error message
 * @throws {ConfigError} when it does not exist, or has other keys or local indexes than this version uses
 */
export async function assertUsableTable(client: DynamoDBClient, name: string, place: string): Promise<void> {
  const existing = await describeTable(client, name);
  if (existing === undefined)
    throw new ConfigError(`TABLE_NAME=${name} names a table that does not exist in ${place}.`);
  if (!hasSameShape(existing, tableDefinition))
    throw new ConfigError(
      `TABLE_NAME=${name} names a table with other keys or local indexes than functions/table.ts declares. Copy its items to a new table: see infra/migrate/README.md.`,
    );
}
