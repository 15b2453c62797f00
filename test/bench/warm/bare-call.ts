import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { createDocumentClient } from '../../../functions/dynamodb/client.ts';
import { todoKey, toItem, toQuery, toUpdate } from '../../../functions/todos/item.ts';
import { deletionKey, emailKey, linkKey } from '../../../functions/users/item.ts';

/** The client of the functions, or the default client of the SDK. */
const client =
  process.env.CLIENT === 'ours' ? createDocumentClient() : DynamoDBDocumentClient.from(new DynamoDBClient());
const TableName = 'todos';
const time = 1_750_000_000_000;
const id = '01JZZZZZZZZZZZZZZZZZZZZZZZ';
const todo = {
  ...{ id, userId: id, version: 1, createdAt: time, updatedAt: time },
  ...{ title: 'Buy milk', date: '2026-06-15', completed: false, order: null },
};
const all = { orderBy: 'created', completed: undefined, dateFrom: undefined, dateTo: undefined } as const;

/** The same DynamoDB calls as those of the routes, without the code of the routes. */
const calls = {
  GetItem: () => client.send(new GetCommand({ TableName, Key: todoKey(id, id), ConsistentRead: true })),
  Query: () =>
    client.send(new QueryCommand({ TableName, ...toQuery(id, all), ConsistentRead: true, Limit: 101 })),
  PutItem: () =>
    client.send(
      new PutCommand({ TableName, Item: toItem(todo), ConditionExpression: 'attribute_not_exists(pk)' }),
    ),
  UpdateItem: () =>
    client.send(
      new UpdateCommand({
        TableName,
        Key: todoKey(id, id),
        ...toUpdate(id, { title: 'Buy milk' }, { updatedAt: time, writeId: id }),
        ConditionExpression: 'attribute_exists(#version)',
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    ),
  DeleteItem: () =>
    client.send(
      new DeleteCommand({
        TableName,
        Key: todoKey(id, id),
        ConditionExpression: 'attribute_exists(#version)',
        ExpressionAttributeNames: { '#version': 'version' },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    ),
} as const satisfies Readonly<Record<string, () => Promise<unknown>>>;

/** The calls of the routes that make several calls. */
const sequences: Readonly<Record<string, () => Promise<unknown>>> = {
  'GetItem, Query and BatchGetItem': async () => {
    await calls.GetItem();
    await calls.Query();
    const Keys = [
      linkKey({ issuer: 'https://issuer.example.com/', subject: 'auth0|alice' }),
      emailKey('alice@example.com'),
      deletionKey(id),
    ];
    await client.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }));
  },
  'Query and BatchWriteItem': async () => {
    const { Items = [] } = await calls.Query();
    const deletes = Items.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } }));
    await client.send(new BatchWriteCommand({ RequestItems: { [TableName]: deletes } }));
  },
};

export const handler = { ...calls, ...sequences }[process.env.OPERATION ?? 'GetItem'];
