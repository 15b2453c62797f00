import type { IncomingMessage } from 'node:http';

/**
 * The name of the operation in a request to DynamoDB, such as `GetItem`.
 * Source: "DynamoDB low-level API" in the DynamoDB developer guide.
 */
export function operationOf({ headers }: IncomingMessage): string {
  return String(headers['x-amz-target']).replace(/^DynamoDB_\d+\./, '');
}

/** Whether a function sent the request to prime itself (functions/dynamodb/priming.ts). No item has this key. */
export function isPriming(body: Buffer): boolean {
  return body.includes('{"S":"PRIMING"}');
}
