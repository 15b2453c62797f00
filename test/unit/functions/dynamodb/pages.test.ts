import { describe, expect, it } from 'vitest';
import { queryPage } from '../../../../functions/dynamodb/pages.ts';
import { createStubClient } from '../../../support/stub-client.ts';

const [first, second, third] = ['1', '2', '3'].map((sk) => ({ pk: 'USER#ann', sk }));
const query = { TableName: 'table', KeyConditionExpression: 'pk = :pk' };

describe('a page of a query', () => {
  it('is read with strong consistency, and with one item more than its limit', async () => {
    const { client, commands } = createStubClient({ Items: [] });
    await queryPage(client, { ...query, ScanIndexForward: false }, 2);
    expect(commands).toEqual([
      { name: 'Query', input: { ...query, ScanIndexForward: false, ConsistentRead: true, Limit: 3 } },
    ]);
  });

  it.each([
    ['fewer items than its limit', { Items: [first] }, [first], false],
    ['as many items as its limit', { Items: [first, second] }, [first, second], false],
    ['more items than its limit', { Items: [first, second, third] }, [first, second], true],
    ['a page that DynamoDB cut', { Items: [first], LastEvaluatedKey: first }, [first], true],
    ['an empty page that DynamoDB cut', { LastEvaluatedKey: first }, [], true],
    ['nothing', {}, [], false],
  ])('says whether another page follows: %s', async (_case, response, items, hasNext) => {
    const { client } = createStubClient(response);
    expect(await queryPage(client, query, 2)).toEqual({ items, hasNext });
  });
});
