import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { operationOf } from '../support/dynamodb-requests.ts';
import { listen } from '../support/listen.ts';
import { TABLE } from './environment.ts';

export interface StubDynamoDb {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** What every item of the stub is: a todo that also has the attributes of a link, of an address and of a profile. */
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

/** Ten todos, each with its own key. */
const todos = Array.from({ length: 10 }, (_, i) => {
  const id = `01JZZZZZZZZZZZZZZZZZZZZZZ${i}`;
  return { ...item, sk: { S: `TODO#${id}` }, statusId: { S: `0#${id}` } };
});

type Key = Pick<typeof item, 'pk' | 'sk'>;

/** The stub has an item of each key, except for a deletion record. */
const exists = ({ pk }: Key) => pk.S !== 'DELETIONS';

/** Without it, a response is taken for a broken one (functions/dynamodb/check-responses.ts). */
const ConsumedCapacity = { TableName: TABLE, CapacityUnits: 1 };
const single = (result: object) => () => ({ ...result, ConsumedCapacity });

/** The response to each operation. Only BatchGetItem depends on the request, because it must have the items asked for. */
const responses: Readonly<Record<string, (request: Buffer) => object>> = {
  GetItem: single({ Item: item }),
  Query: single({ Items: todos, Count: todos.length }),
  PutItem: single({}),
  UpdateItem: single({ Attributes: item }),
  DeleteItem: single({}),
  BatchWriteItem: () => ({ UnprocessedItems: {}, ConsumedCapacity: [ConsumedCapacity] }),
  BatchGetItem: (request) => {
    const keys: readonly Key[] = JSON.parse(request.toString()).RequestItems[TABLE].Keys;
    const found = keys.filter(exists).map((key) => ({ ...item, ...key }));
    return { Responses: { [TABLE]: found }, UnprocessedKeys: {}, ConsumedCapacity: [ConsumedCapacity] };
  },
};

/** Starts a server that responds like DynamoDB, always with the same data. So a benchmark measures only the client. */
export async function startStubDynamoDb(): Promise<StubDynamoDb> {
  const server = createServer(async (request, response) => {
    const sent = await buffer(request);
    response.writeHead(200, { 'Content-Type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(responses[operationOf(request)]?.(sent)));
  });
  const { url, close } = await listen(server);
  return { endpoint: url, close };
}
