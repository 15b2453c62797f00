import { createServer } from 'node:http';
import { operationOf } from '../support/dynamodb-requests.ts';
import { listen } from '../support/listen.ts';

export interface StubDynamoDb {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** The only item of the stub: a todo that also has the attributes of a link and of a profile. */
const item = {
  pk: { S: 'USER#01JZZZZZZZZZZZZZZZZZZZZZZZ' },
  sk: { S: 'TODO#01JZZZZZZZZZZZZZZZZZZZZZZZ' },
  title: { S: 'Buy milk' },
  day: { N: '20260615' },
  status: { N: '0' },
  statusId: { S: '0#01JZZZZZZZZZZZZZZZZZZZZZZZ' },
  statusDay: { N: '20260615' },
  version: { N: '1' },
  updatedAt: { N: '1750000000000' },
  userId: { S: '01JZZZZZZZZZZZZZZZZZZZZZZZ' },
  email: { S: 'alice@example.com' },
  // In the future, so that the authorizer does not ask for the address again.
  checkedAt: { N: '4102444800000' },
  createdAt: { N: '1750000000000' },
  identities: { SS: ['https://issuer.example.com/ auth0|alice'] },
};

/** Without it, a response is taken for a broken one (functions/dynamodb/check-responses.ts). */
const ConsumedCapacity = { TableName: 'todos', CapacityUnits: 1 };

const results: Readonly<Record<string, object>> = {
  GetItem: { Item: item },
  Query: { Items: Array.from({ length: 10 }, () => item), Count: 10 },
  PutItem: {},
  UpdateItem: { Attributes: item },
  DeleteItem: {},
};

/** Starts a server that responds like DynamoDB, always with the same data. So a benchmark measures only the client. */
export async function startStubDynamoDb(): Promise<StubDynamoDb> {
  const server = createServer((request, response) => {
    const operation = operationOf(request);
    request.resume().on('end', () => {
      response.writeHead(200, { 'Content-Type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ ...results[operation], ConsumedCapacity }));
    });
  });
  const { url, close } = await listen(server);
  return { endpoint: url, close };
}
