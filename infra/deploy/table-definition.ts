import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { table } from '../../functions/dynamodb/keys.ts';
import { indexes, type LocalIndex } from '../../functions/table.ts';

const string = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
const hash = { AttributeName: table.partitionKey, KeyType: 'HASH' as const };
const range = (AttributeName: string) => ({ AttributeName, KeyType: 'RANGE' as const });
const localIndexes = Object.entries<LocalIndex>(indexes);

/** The table of this version, as the DynamoDB API creates it. A test compares it with the table of the template. */
export const tableDefinition = {
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    string(table.partitionKey),
    string(table.sortKey),
    ...localIndexes.map(([, { sortKey, type }]) => ({ AttributeName: sortKey, AttributeType: type })),
  ],
  KeySchema: [hash, range(table.sortKey)],
  LocalSecondaryIndexes: localIndexes.map(([IndexName, { sortKey }]) => ({
    IndexName,
    KeySchema: [hash, range(sortKey)],
    Projection: { ProjectionType: 'ALL' as const },
  })),
} satisfies Omit<CreateTableCommandInput, 'TableName'>;
