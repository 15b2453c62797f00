import { describe, expect, it } from 'vitest';
import {
  conditionHeld,
  putIfAbsent,
  readItem,
  unlessConditionFailed,
} from '../../../../functions/dynamodb/conditional-writes.ts';
import { conditionFailed, createStubClient } from '../../../support/stub-client.ts';

const key = { pk: 'USER#ann', sk: 'NOTE#1' };
const item = { ...key, text: 'mine' };
const other = { ...key, text: 'another' };

describe('reading an item', () => {
  it('is strongly consistent', async () => {
    const { client, commands } = createStubClient({ Item: item });
    expect(await readItem(client, 'table', key)).toBe(item);
    expect(commands).toEqual([
      { name: 'Get', input: { TableName: 'table', Key: key, ConsistentRead: true } },
    ]);
  });

  it('returns undefined for an item that does not exist', async () => {
    expect(await readItem(createStubClient({}).client, 'table', key)).toBeUndefined();
  });
});

describe('a put that must not replace an item', () => {
  it('writes the item, on the condition that no item has its key', async () => {
    const { client, commands } = createStubClient({});
    expect(await putIfAbsent(client, 'table', item)).toBe(item);
    expect(commands).toEqual([
      {
        name: 'Put',
        input: { TableName: 'table', Item: item, ConditionExpression: 'attribute_not_exists(pk)' },
      },
    ]);
  });

  it('may replace an item that fulfils an additional condition', async () => {
    const { client, commands } = createStubClient({});
    const names = { '#text': 'text' };
    const values = { ':text': 'another' };
    await putIfAbsent(client, 'table', item, {
      ConditionExpression: '#text = :text',
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    });
    expect(commands).toEqual([
      {
        name: 'Put',
        input: {
          TableName: 'table',
          Item: item,
          ConditionExpression: 'attribute_not_exists(pk) OR #text = :text',
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: values,
        },
      },
    ]);
  });

  it('returns the existing item, when the condition fails', async () => {
    const { client, commands } = createStubClient(conditionFailed(), { Item: other });
    expect(await putIfAbsent(client, 'table', item)).toBe(other);
    expect(commands[1]).toEqual({
      name: 'Get',
      input: { TableName: 'table', Key: key, ConsistentRead: true },
    });
  });

  it('returns undefined, when the existing item was deleted before the read', async () => {
    const { client } = createStubClient(conditionFailed(), {});
    expect(await putIfAbsent(client, 'table', item)).toBeUndefined();
  });

  it('throws every other error', async () => {
    const error = new Error('no connection');
    await expect(putIfAbsent(createStubClient(error).client, 'table', item)).rejects.toBe(error);
  });
});

describe('the error of a failed condition', () => {
  it('is the only error that is ignored', () => {
    const error = new Error('no connection');
    expect(unlessConditionFailed(conditionFailed())).toBeUndefined();
    expect(() => unlessConditionFailed(error)).toThrow(error);
  });

  it('means that the item was not written', async () => {
    const error = new Error('no connection');
    expect(await conditionHeld(Promise.resolve())).toBe(true);
    expect(await conditionHeld(Promise.reject(conditionFailed()))).toBe(false);
    await expect(conditionHeld(Promise.reject(error))).rejects.toBe(error);
  });
});
