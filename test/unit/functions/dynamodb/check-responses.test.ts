import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createDocumentClient } from '../../../../functions/dynamodb/client.ts';

const TableName = 'todos';
const Key = { pk: 'a', sk: 'b' };
const commands = {
  GetItem: new GetCommand({ TableName, Key }),
  PutItem: new PutCommand({ TableName, Item: Key }),
  UpdateItem: new UpdateCommand({ TableName, Key }),
  DeleteItem: new DeleteCommand({ TableName, Key }),
  Query: new QueryCommand({ TableName }),
  Scan: new ScanCommand({ TableName }),
};
const batches = {
  BatchGetItem: new BatchGetCommand({ RequestItems: { todos: { Keys: [Key] } } }),
  BatchWriteItem: new BatchWriteCommand({ RequestItems: { todos: [{ DeleteRequest: { Key } }] } }),
};
type Operation = keyof typeof commands;
type BatchOperation = keyof typeof batches;
const operations = Object.keys(commands) as Operation[];
const batchOperations = Object.keys(batches) as BatchOperation[];

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
});

interface FakeResponse {
  readonly status?: number;
  readonly body: string;
  readonly crc32?: string;
}

/** A client whose requests all get this response at once, and their bodies. */
function setUp({ status = 200, body, crc32 }: FakeResponse) {
  // Without the random wait before an attempt.
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const client = createDocumentClient();
  const sent: Record<string, unknown>[] = [];
  client.config.requestHandler.handle = async (request: { body: Uint8Array }) => {
    sent.push(JSON.parse(Buffer.from(request.body).toString()));
    const stream = Object.assign(Readable.from([Buffer.from(body)]), {
      headers: { ...(crc32 !== undefined && { 'x-amz-crc32': crc32 }) },
    });
    return { response: { statusCode: status, headers: stream.headers, body: stream } };
  };
  return { client, sent };
}
const send = ({ client }: ReturnType<typeof setUp>, operation: Operation | BatchOperation): Promise<object> =>
  client.send({ ...commands, ...batches }[operation] as GetCommand);

const CAPACITY = '{"ConsumedCapacity":{"TableName":"todos","CapacityUnits":1}}';

describe('a response of DynamoDB', () => {
  it.each(operations)(
    'to %s is asked to have the consumed capacity, and accepted with it',
    async (operation) => {
      const fake = setUp({ body: CAPACITY });
      expect(await send(fake, operation)).toMatchObject({ ConsumedCapacity: { CapacityUnits: 1 } });
      expect(fake.sent).toMatchObject([{ TableName: 'todos', ReturnConsumedCapacity: 'TOTAL' }]);
    },
  );

  it.each(batchOperations)('to %s is asked to have the capacity of each table', async (operation) => {
    const fake = setUp({ body: '{"ConsumedCapacity":[{"TableName":"todos","CapacityUnits":2}]}' });
    expect(await send(fake, operation)).toMatchObject({ ConsumedCapacity: [{ CapacityUnits: 2 }] });
    expect(fake.sent).toMatchObject([{ ReturnConsumedCapacity: 'TOTAL' }]);
  });

  it('to an operation that has no capacity is accepted without', async () => {
    const fake = setUp({ body: '{"Table":{"TableName":"todos"}}' });
    const describeTable = new DescribeTableCommand({ TableName });
    expect(await fake.client.send(describeTable)).toMatchObject({ Table: { TableName: 'todos' } });
    expect(fake.sent).toEqual([{ TableName: 'todos' }]);
  });

  it('is accepted with its checksum', async () => {
    expect(await send(setUp({ body: CAPACITY, crc32: '2517427054' }), 'PutItem')).toMatchObject({
      ConsumedCapacity: { CapacityUnits: 1 },
    });
  });
});

describe('a response that DynamoDB does not send', () => {
  const without = 'it has no ConsumedCapacity';
  const cases: readonly (readonly [string, FakeResponse, string])[] = [
    ['an empty object', { body: '{}' }, without],
    ['nothing', { body: '' }, without],
    ['null', { body: 'null' }, without],
    ['a list', { body: '[]' }, without],
    ['a text', { body: '"alice@example.com"' }, without],
    ['a capacity that is null', { body: '{"ConsumedCapacity":null}' }, without],
    ['a wrong checksum', { body: CAPACITY, crc32: '1' }, 'its checksum is wrong'],
    ['a page of a proxy', { body: '<html>alice@example.com' }, 'malformed JSON'],
    ['broken JSON', { body: '{"Item":{"t":"alice@example.com"' }, 'malformed JSON at position 32'],
    [
      'an attribute of an unknown type',
      { body: '{"Attributes":{"a":{"X":"alice@example.com"}}}' },
      'it has another form',
    ],
    ['an error page', { status: 400, body: '<html>alice@example.com' }, 'malformed JSON'],
    [
      'an error without a type',
      { status: 400, body: '{"message":"alice@example.com"}' },
      'it is an error without a type',
    ],
    ['an empty error', { status: 400, body: '' }, 'it is an error without a type'],
    ['a redirect', { status: 302, body: '' }, 'it is an error without a type'],
    [
      'an error with a wrong checksum',
      { status: 400, body: '{"__type":"ValidationException"}', crc32: '1' },
      'its checksum is wrong',
    ],
  ];

  it.each(cases)(
    'is requested three times, and refused without quoting it: %s',
    async (_case, response, reason) => {
      const fake = setUp(response);
      const error = await send(fake, 'PutItem').catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        name: 'InvalidResponseError',
        message: `The response of the database is not valid: ${reason}.`,
      });
      expect(inspect(error, { showHidden: true, depth: null })).not.toContain('alice');
      expect(fake.sent).toHaveLength(3);
    },
  );

  it.each([...operations, ...batchOperations])('is refused for %s', async (operation) => {
    await expect(send(setUp({ body: '{}' }), operation)).rejects.toMatchObject({
      name: 'InvalidResponseError',
    });
  });
});

describe('an error of DynamoDB', () => {
  it.each([
    ['ConditionalCheckFailedException', 400, 1],
    ['ValidationException', 400, 1],
    ['ExpiredTokenException', 400, 1],
    ['ThrottlingException', 400, 3],
    ['InternalServerError', 500, 3],
  ])('keeps its name: %s', async (name, status, attempts) => {
    const fake = setUp({
      status,
      body: `{"__type":"com.amazonaws.dynamodb.v20120810#${name}","message":"m"}`,
    });
    await expect(send(fake, 'PutItem')).rejects.toMatchObject({ name });
    expect(fake.sent).toHaveLength(attempts);
  });
});
