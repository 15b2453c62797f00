import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Environment } from '../config.ts';
import type { StoreDependencies } from './client.ts';
import { table } from './keys.ts';

/** The key of a partition in which no item is. */
const NOWHERE = 'PRIMING';

/**
 * Reads an item that does not exist. So the first request finds an open connection, and the code of the SDK has run
 * once. Without strong consistency, this is half a read unit.
 * Source: "DynamoDB read and write operations" in the DynamoDB developer guide (items that do not exist).
 * @param environment `PRIMING_ACTION` is the action to use, because a role may allow only some. `PRIMING_INDEX` is the
 *   index to query, if the table itself cannot be queried. Without an action, nothing is sent
 */
export async function primeClient(
  { client, tableName }: Pick<StoreDependencies, 'client' | 'tableName'>,
  { PRIMING_ACTION: action, PRIMING_INDEX: index }: Environment,
  abortSignal: AbortSignal,
): Promise<void> {
  const { partitionKey, sortKey } = table;
  if (action === 'GetItem') {
    const Key = { [partitionKey]: NOWHERE, [sortKey]: NOWHERE };
    await client.send(new GetCommand({ TableName: tableName, Key }), { abortSignal });
  }
  if (action === 'Query') {
    const query = new QueryCommand({
      TableName: tableName,
      ...(index && { IndexName: index }),
      KeyConditionExpression: `${partitionKey} = :nowhere`,
      ExpressionAttributeValues: { ':nowhere': NOWHERE },
      Limit: 1,
    });
    await client.send(query, { abortSignal });
  }
}
