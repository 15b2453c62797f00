import { CreateTableCommand, DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DynamoDbEngine, localCredentials, startDynamoDb } from '../../infra/local/dynamodb/engine.ts';
import { type RawRequest, sendRaw } from '../support/raw-http.ts';

const refusal = {
  __type: 'com.amazon.coral.service#AccessDeniedException',
  message: 'The embedded engine takes no requests from web pages, and only those to this machine.',
};

describe('a web page cannot use the embedded DynamoDB engine', () => {
  let engine: DynamoDbEngine;
  let client: DynamoDBClient;
  beforeAll(async () => {
    engine = await startDynamoDb();
    client = new DynamoDBClient({
      endpoint: engine.endpoint,
      region: 'eu-central-1',
      credentials: localCredentials,
    });
    await client.send(
      new CreateTableCommand({
        TableName: 'Items',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
  });
  afterAll(async () => {
    client?.destroy();
    await engine?.close();
  });

  const count = async () => (await client.send(new ScanCommand({ TableName: 'Items' }))).Count;

  /** The request of a client, which no key has to sign, with further header lines. */
  const putItem = (...headerLines: string[]): RawRequest => ({
    method: 'POST',
    target: '/',
    headerLines: [
      'Content-Type: application/x-amz-json-1.0',
      'X-Amz-Target: DynamoDB_20120810.PutItem',
      'X-Amz-Date: 20260101T000000Z',
      'Authorization: AWS4-HMAC-SHA256 Credential=local/20260101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
      ...headerLines,
    ],
    body: Buffer.from(JSON.stringify({ TableName: 'Items', Item: { id: { S: 'written' } } })),
  });

  it.each([
    ['of another site', ['Origin: https://evil.example']],
    ['of another port of this machine', ['Origin: http://localhost:5173']],
    ['without an address', ['Origin: null']],
    ['of a site whose name leads to this machine', ['Host: evil.example']],
    ['of a site with a misleading name', ['Host: localhost.evil.example:8000']],
  ])('that is %s', async (_, headerLines) => {
    const response = await sendRaw(engine.endpoint, putItem(...headerLines));
    expect(response.status).toBe(403);
    expect(response.body).toEqual(refusal);
    expect(await count()).toBe(0);
  });

  it('whose browser asks first with a preflight', async () => {
    const response = await sendRaw(engine.endpoint, {
      method: 'OPTIONS',
      target: '/',
      headerLines: ['Origin: https://evil.example', 'Access-Control-Request-Method: POST'],
    });
    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('and a client of this machine can, by each of its names', async () => {
    const { port } = new URL(engine.endpoint);
    const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, '[::1]:4000'];
    for (const host of hosts) {
      expect((await sendRaw(engine.endpoint, putItem(`Host: ${host}`))).status).toBe(200);
    }
    expect(await count()).toBe(1);
    await client.send(new PutItemCommand({ TableName: 'Items', Item: { id: { S: 'second' } } }));
    expect(await count()).toBe(2);
  });
});
