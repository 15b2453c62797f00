import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Item } from './item.ts';

/** A page of a query's items. */
export interface ItemPage {
  readonly items: readonly Item[];
  /** Whether the page that follows this one may have items. */
  readonly hasNext: boolean;
}

/**
 * Reads one page with strong consistency. It asks for one item more than the page has, so that a full last page is
 * known to be the last. DynamoDB may cut a page at 1 MB; the page is then short and has a next one.
 * @param limit the most items on the page
 * @example const { items, hasNext } = await queryPage(client, { TableName, ...toQuery(userId) }, 100);
 */
export async function queryPage(
  client: DynamoDBDocumentClient,
  query: QueryCommandInput,
  limit: number,
): Promise<ItemPage> {
  const { Items = [], LastEvaluatedKey } = await client.send(
    new QueryCommand({ ...query, ConsistentRead: true, Limit: limit + 1 }),
  );
  return {
    items: Items.slice(0, limit),
    hasNext: Items.length > limit || LastEvaluatedKey !== undefined,
  };
}
