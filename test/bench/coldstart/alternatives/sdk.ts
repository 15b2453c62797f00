import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { proxyEvent } from '../../../support/events.ts';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));

/** `GET /todo/{id}` with the two packages of the AWS SDK as they come, and nothing else. */
export const handler = async ({ pathParameters, requestContext }: ReturnType<typeof proxyEvent>) => {
  const { Item } = await client.send(
    new GetCommand({
      TableName: process.env.TABLE_NAME,
      Key: { pk: `USER#${requestContext.authorizer?.user_id}`, sk: `TODO#${pathParameters?.id}` },
      ConsistentRead: true,
    }),
  );
  return { statusCode: Item ? 200 : 404, body: JSON.stringify(Item) };
};
