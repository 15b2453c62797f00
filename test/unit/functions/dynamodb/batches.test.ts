import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deleteBatch, inChunks, readItems } from '../../../../functions/dynamodb/batches.ts';
import type { ItemKey } from '../../../../functions/dynamodb/keys.ts';
import { InvalidResponseError, UnfinishedBatchError } from '../../../../functions/errors.ts';
import { createStubClient } from '../../../support/stub-client.ts';

const [a, b, c] = ['A', 'B', 'C'].map((sk) => ({ pk: 'USER#ann', sk })) as [ItemKey, ItemKey, ItemKey];
const many = (count: number) => Array.from({ length: count }, (_, i) => ({ pk: 'USER#ann', sk: String(i) }));

/** A client with these responses, and the pauses between its commands. */
function setUp(...responses: readonly object[]) {
  const { client, commands } = createStubClient(...responses);
  const pauses: number[] = [];
  const waiting = {
    sleep: async (milliseconds: number) => void pauses.push(milliseconds),
    random: () => 0.5,
  };
  return {
    ...{ commands, pauses },
    deleteBatch: (keys: readonly ItemKey[]) => deleteBatch(client, 'table', keys, waiting),
    readItems: (keys: readonly ItemKey[]) => readItems(client, 'table', keys, waiting),
  };
}

const deletesOf = (...keys: readonly ItemKey[]) => keys.map((Key) => ({ DeleteRequest: { Key } }));
const deletion = (...keys: readonly ItemKey[]) => ({
  name: 'BatchWrite',
  input: { RequestItems: { table: deletesOf(...keys) } },
});
const notDeleted = (...keys: readonly ItemKey[]) => ({ UnprocessedItems: { table: deletesOf(...keys) } });
const allDeleted = { UnprocessedItems: {} };

const reading = (...Keys: readonly ItemKey[]) => ({
  name: 'BatchGet',
  input: { RequestItems: { table: { Keys, ConsistentRead: true } } },
});
const found = (items: readonly object[], ...Keys: readonly ItemKey[]) => ({
  Responses: { table: items },
  UnprocessedKeys: Keys.length > 0 ? { table: { Keys, ConsistentRead: true } } : {},
});

describe('batches', () => {
  it.each([
    [0, []],
    [1, [1]],
    [4, [4]],
    [5, [4, 1]],
    [10, [4, 4, 2]],
  ])('have at most as many members as they may have, in their order: %d keys', (count, lengths) => {
    const keys = Array.from({ length: count }, (_, i) => i);
    const chunks = [...inChunks(keys, 4)];
    expect(chunks.map(({ length }) => length)).toEqual(lengths);
    expect(chunks.flat()).toEqual(keys);
  });
});

describe('a batch of deletes', () => {
  it('is one call', async () => {
    const { commands, pauses, ...calls } = setUp(allDeleted);
    await calls.deleteBatch([a, b]);
    expect(commands).toEqual([deletion(a, b)]);
    expect(pauses).toEqual([]);
  });

  it('without keys is no call', async () => {
    const { commands, ...calls } = setUp();
    await calls.deleteBatch([]);
    expect(commands).toEqual([]);
  });

  it('is sent again with what DynamoDB left out, after a pause that is random and doubles', async () => {
    const { commands, pauses, ...calls } = setUp(notDeleted(c, b), notDeleted(c), allDeleted);
    await calls.deleteBatch([a, b, c]);
    expect(commands).toEqual([deletion(a, b, c), deletion(b, c), deletion(c)]);
    expect(pauses).toEqual([300, 600]);
  });

  it('fails after three attempts', async () => {
    const { commands, ...calls } = setUp(notDeleted(b), notDeleted(b), notDeleted(b));
    await expect(calls.deleteBatch([a, b])).rejects.toBeInstanceOf(UnfinishedBatchError);
    expect(commands).toHaveLength(3);
  });

  it('fails at once with the error of the client', async () => {
    const { commands, ...calls } = setUp(new Error('The engine failed'));
    await expect(calls.deleteBatch([a])).rejects.toThrow('The engine failed');
    expect(commands).toHaveLength(1);
  });

  it.each([
    ['does not say what is unprocessed', {}],
    ['names another key', notDeleted(c)],
    ['names a key of another table', { UnprocessedItems: { others: deletesOf(a) } }],
    ['names a put', { UnprocessedItems: { table: [{ PutRequest: { Item: a } }] } }],
    ['names nothing', { UnprocessedItems: { table: [{}] } }],
  ])('takes no response that %s for a success, and deletes nothing else', async (_case, response) => {
    const { commands, ...calls } = setUp(response);
    await expect(calls.deleteBatch([a, b])).rejects.toBeInstanceOf(InvalidResponseError);
    expect(commands).toEqual([deletion(a, b)]);
  });
});

describe('items that are read together', () => {
  it('are one call, strongly consistent, and are found by their keys in whatever order they come', async () => {
    const { commands, ...calls } = setUp(
      found([
        { ...c, n: 3 },
        { ...a, n: 1 },
      ]),
    );
    const itemOf = await calls.readItems([a, b, c]);
    expect([itemOf(a), itemOf(b), itemOf(c)]).toEqual([{ ...a, n: 1 }, undefined, { ...c, n: 3 }]);
    expect(commands).toEqual([reading(a, b, c)]);
  });

  it('are several calls when there are more than a hundred', async () => {
    const keys = many(201);
    const { commands, ...calls } = setUp(found(keys.slice(0, 100)), found([]), found(keys.slice(200)));
    const itemOf = await calls.readItems(keys);
    expect(commands).toEqual([
      reading(...keys.slice(0, 100)),
      reading(...keys.slice(100, 200)),
      reading(...keys.slice(200)),
    ]);
    expect(keys.filter((key) => itemOf(key))).toHaveLength(101);
  });

  it('are read again when DynamoDB left them out, as it does after 16 MB', async () => {
    const { commands, pauses, ...calls } = setUp(found([a], b, c), found([b], c), found([c]));
    const itemOf = await calls.readItems([a, b, c]);
    expect([itemOf(a), itemOf(b), itemOf(c)]).toEqual([a, b, c]);
    expect(commands).toEqual([reading(a, b, c), reading(b, c), reading(c)]);
    expect(pauses).toEqual([300, 600]);
  });

  it('fail after three attempts', async () => {
    const { commands, ...calls } = setUp(found([a], b), found([], b), found([], b));
    await expect(calls.readItems([a, b])).rejects.toBeInstanceOf(UnfinishedBatchError);
    expect(commands).toHaveLength(3);
  });

  it.each([
    ['does not say what is unprocessed', { Responses: { table: [a] } }],
    ['does not say which items exist', { UnprocessedKeys: {} }],
    ['names another key', found([], c)],
    ['names a key of another table', { Responses: {}, UnprocessedKeys: { others: { Keys: [a] } } }],
    ['names no keys', { Responses: { table: [a] }, UnprocessedKeys: { table: {} } }],
  ])('are not taken from a response that %s', async (_case, response) => {
    await expect(setUp(response).readItems([a, b])).rejects.toBeInstanceOf(InvalidResponseError);
  });
});

/** DynamoDB that processes some keys of each call, as `isProcessed` decides, and at least one. */
function createPartialEngine(isProcessed: () => boolean) {
  const processed: ItemKey[] = [];
  const take = (keys: readonly ItemKey[]): ItemKey[] => {
    const left = keys.filter((_key, i) => i > 0 && !isProcessed());
    processed.push(...keys.filter((key) => !left.includes(key)));
    return left;
  };
  type Sent = { DeleteRequest: { Key: ItemKey } }[] | { Keys: ItemKey[] };
  const send = async (command: { input: { RequestItems: { table: Sent } } }) => {
    const sent = command.input.RequestItems.table;
    if (Array.isArray(sent)) return notDeleted(...take(sent.map(({ DeleteRequest }) => DeleteRequest.Key)));
    const before = processed.length;
    const left = take(sent.Keys);
    return found(processed.slice(before).reverse(), ...left);
  };
  return { client: { send } as never, processed };
}

const byKey = (one: ItemKey, other: ItemKey) => Number(one.sk) - Number(other.sk);
const noWait = { sleep: async () => {}, random: () => 0 };
const unlessUnfinished = (error: unknown) => {
  if (!(error instanceof UnfinishedBatchError)) throw error;
};

describe('whatever share of a batch DynamoDB leaves out', { tags: 'random' }, () => {
  const anyShares = fc.infiniteStream(fc.boolean());

  it('each key is deleted once, or the failure is known', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(25), anyShares, async (count, shares) => {
        const { client, processed } = createPartialEngine(() => shares.next().value);
        const keys = many(count);
        const deletion = deleteBatch(client, 'table', keys, noWait).then(() => 'complete');
        if (await deletion.catch(unlessUnfinished)) expect(processed.toSorted(byKey)).toEqual(keys);
        else expect(processed.length).toBeLessThan(count);
        expect(new Set(processed.map(({ sk }) => sk)).size).toBe(processed.length);
      }),
    );
  });

  it('each item is read once and found, or the failure is known', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(250), anyShares, async (count, shares) => {
        const { client, processed } = createPartialEngine(() => shares.next().value);
        const keys = many(count);
        const itemOf = await readItems(client, 'table', keys, noWait).catch(unlessUnfinished);
        if (itemOf) expect(keys.map(itemOf)).toEqual(keys);
        else expect(processed.length).toBeLessThan(count);
        expect(new Set(processed.map(({ sk }) => sk)).size).toBe(processed.length);
      }),
    );
  });
});
