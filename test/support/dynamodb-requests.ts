import type { IncomingMessage } from 'node:http';

/**
 * The name of the operation in a request to DynamoDB, such as `GetItem`.
 * Source: "DynamoDB low-level API" in the DynamoDB developer guide.
 */
export function operationOf({ headers }: IncomingMessage): string {
  return String(headers['x-amz-target']).replace(/^DynamoDB_\d+\./, '');
}
