import type { IncomingMessage } from 'node:http';

/**
 * The operation that a request to DynamoDB asks for, such as `GetItem`.
 * Source: "DynamoDB low-level API" in the DynamoDB developer guide.
 */
export function operationOf({ headers }: IncomingMessage): string {
  return String(headers['x-amz-target']).replace(/^DynamoDB_\d+\./, '');
}
