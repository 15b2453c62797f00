import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  paginateScan,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { table } from '../../functions/dynamodb/keys.ts';

/** The longest time to live of an item that the load writes: that of an idempotency record. */
const LIFETIME_SECONDS = 86_400;
/** No request of the load needs an item after this time. */
const KEPT_SECONDS = 60;
/** The limit of BatchWriteItem. */
const BATCH = 25;

/**
 * Deletes what has a time to live, as DynamoDB does and the embedded engine does not. It deletes after a minute what
 * DynamoDB deletes after a day. So a run has as many items after an hour as a stage has after a day.
 * @param now milliseconds since the epoch
 * @returns the number of the items that stay
 */
export async function applyTimeToLive(
  client: DynamoDBClient,
  TableName: string,
  now: number,
): Promise<number> {
  const scan = {
    TableName,
    FilterExpression: '#expiry < :limit',
    ProjectionExpression: '#pk, #sk',
    ExpressionAttributeNames: { '#expiry': table.expiry, '#pk': table.partitionKey, '#sk': table.sortKey },
    ExpressionAttributeValues: {
      ':limit': { N: String(Math.floor(now / 1_000) + LIFETIME_SECONDS - KEPT_SECONDS) },
    },
  };
  let kept = 0;
  const deletions: WriteRequest[] = [];
  for await (const { Items = [], ScannedCount = 0 } of paginateScan({ client }, scan)) {
    kept += ScannedCount - Items.length;
    deletions.push(...Items.map((Key) => ({ DeleteRequest: { Key } })));
  }
  for (let start = 0; start < deletions.length; start += BATCH) {
    const RequestItems = { [TableName]: deletions.slice(start, start + BATCH) };
    await client.send(new BatchWriteItemCommand({ RequestItems }));
  }
  return kept;
}
