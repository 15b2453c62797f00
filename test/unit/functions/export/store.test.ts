import { describe, expect, it } from 'vitest';
import { MalformedItemError } from '../../../../functions/dynamodb/item.ts';
import { createExportStore } from '../../../../functions/export/store.ts';
import { createStubClient } from '../../../support/stub-client.ts';

const [key, profile, first, second, third] = [
  'IDEMPOTENCY#a key',
  'PROFILE',
  'TODO#1',
  'TODO#2',
  'TODO#3',
].map((sk) => ({ pk: 'USER#ann', sk }));

function exportOf(...responses: readonly object[]) {
  const { client, commands } = createStubClient(...responses);
  const store = createExportStore({ client, tableName: 'table', now: () => 0, newId: () => '' });
  return { list: store.list, commands };
}

describe('a page of an export', () => {
  it('is one query of the whole partition, with two items more than its limit', async () => {
    const { list, commands } = exportOf({ Items: [] });
    await list('ann', { limit: 2, after: undefined });
    expect(commands).toEqual([
      {
        name: 'Query',
        input: {
          TableName: 'table',
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': 'USER#ann' },
          ConsistentRead: true,
          Limit: 4,
        },
      },
    ]);
  });

  it('begins after the sort key of the cursor', async () => {
    const { list, commands } = exportOf({ Items: [] });
    await list('ann', { limit: 2, after: 'TODO#1' });
    expect(commands[0]?.input).toMatchObject({ ExclusiveStartKey: { pk: 'USER#ann', sk: 'TODO#1' } });
  });

  it.each([
    ['only the profile', { Items: [profile] }, [], undefined],
    ['an empty partition', {}, [], undefined],
    ['fewer items than the limit', { Items: [key, profile] }, [key], undefined],
    ['as many items as the limit', { Items: [key, profile, first] }, [key, first], undefined],
    [
      'one item more, after the profile',
      { Items: [profile, first, second, third] },
      [first, second],
      'TODO#2',
    ],
    ['one item more, without the profile', { Items: [first, second, third] }, [first, second], 'TODO#2'],
    ['a page that DynamoDB cut', { Items: [first], LastEvaluatedKey: first }, [first], 'TODO#1'],
  ])(
    'omits the profile, and returns the start of the next page: %s',
    async (_case, response, items, next) => {
      const { list } = exportOf(response);
      expect(await list('ann', { limit: 2, after: undefined })).toEqual({ items, next });
    },
  );

  it('cannot end with an item that has no sort key', async () => {
    const { list } = exportOf({ Items: [{ pk: 'USER#ann', sk: 1 }], LastEvaluatedKey: first });
    await expect(list('ann', { limit: 2, after: undefined })).rejects.toThrow(
      new MalformedItemError('Malformed item: attribute sk'),
    );
  });
});
