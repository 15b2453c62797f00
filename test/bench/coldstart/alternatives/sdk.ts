import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));

/** A function that imports only the two packages of the AWS SDK and reads one item. */
export const handler = async () =>
  client.send(
    new GetCommand({ TableName: process.env.TABLE_NAME, Key: { pk: 'a', sk: 'b' }, ConsistentRead: true }),
  );
