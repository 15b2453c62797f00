import { describe, expect, it } from 'vitest';
import { primeClient } from '../../../../functions/dynamodb/priming.ts';
import { createStubClient } from '../../../support/stub-client.ts';

const { signal } = new AbortController();

async function commandsOf(environment: Record<string, string>) {
  const { client, commands } = createStubClient({});
  await primeClient({ client, tableName: 'todos' }, environment, signal);
  return commands;
}

describe('the read of the priming', () => {
  it('is a GetItem of a key that no item has', async () => {
    expect(await commandsOf({ PRIMING_ACTION: 'GetItem' })).toEqual([
      { name: 'Get', input: { TableName: 'todos', Key: { pk: 'PRIMING', sk: 'PRIMING' } } },
    ]);
  });

  it('is a Query of a partition without items, if the function cannot get items', async () => {
    expect(await commandsOf({ PRIMING_ACTION: 'Query' })).toEqual([
      {
        name: 'Query',
        input: {
          TableName: 'todos',
          KeyConditionExpression: 'pk = :nowhere',
          ExpressionAttributeValues: { ':nowhere': 'PRIMING' },
          Limit: 1,
        },
      },
    ]);
  });

  it('is a Query of an index, if the function can read nothing else', async () => {
    const [query] = await commandsOf({ PRIMING_ACTION: 'Query', PRIMING_INDEX: 'byDay' });
    expect(query?.input).toMatchObject({ IndexName: 'byDay' });
  });

  it.each([{}, { PRIMING_ACTION: 'PutItem' }])('does not exist with %j', async (environment) => {
    expect(await commandsOf(environment)).toEqual([]);
  });
});
