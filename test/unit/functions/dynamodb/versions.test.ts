import { describe, expect, it } from 'vitest';
import { deleteExpected, updateExpected } from '../../../../functions/dynamodb/versions.ts';
import { NotFoundError, VersionConflictError } from '../../../../functions/errors.ts';
import { conditionFailed, createStubClient } from '../../../support/stub-client.ts';

class NoteNotFound extends NotFoundError {}
class NoteVersionConflict extends VersionConflictError {}

const key = { pk: 'USER#ann', sk: 'NOTE#1' };
const note = { ...key, text: 'new', version: 2, writeId: 'mine' };
const errors = { NotFound: NoteNotFound, VersionConflict: NoteVersionConflict };
const once = conditionFailed(1);
const onceWithItem = conditionFailed(1, note);
const twice = conditionFailed(2);
const twiceWithItem = conditionFailed(2, note);
const read = { name: 'Get', input: { TableName: 'table', Key: key, ConsistentRead: true } };
const outage = new Error('no connection');

const update = {
  UpdateExpression: 'SET #version = #version + :one, #text = :text',
  ExpressionAttributeNames: { '#version': 'version', '#text': 'text' },
  ExpressionAttributeValues: { ':one': 1, ':text': 'new' },
};
const versions = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

/** Runs a write with a client that returns these responses. */
function write(...responses: readonly object[]) {
  const { client, commands } = createStubClient(...responses);
  return { client, tableName: 'table', key, ...errors, commands };
}
const updateNote = (expectedWrite: Parameters<typeof updateExpected>[0]) =>
  updateExpected(expectedWrite, update, ({ writeId }) => writeId === 'mine');

describe('the condition of a write', () => {
  it.each([undefined, 'any'] as const)(
    'is that the item exists, when the client expects %s',
    async (expected) => {
      const updating = write({ Attributes: note });
      await updateNote({ ...updating, expected });
      expect(updating.commands).toEqual([
        {
          name: 'Update',
          input: {
            TableName: 'table',
            Key: key,
            ...update,
            ConditionExpression: 'attribute_exists(pk)',
            ReturnValues: 'ALL_NEW',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
      ]);

      const deleting = write({ Attributes: note });
      await deleteExpected({ ...deleting, expected });
      expect(deleting.commands).toEqual([
        {
          name: 'Delete',
          input: {
            TableName: 'table',
            Key: key,
            ConditionExpression: 'attribute_exists(pk)',
            ReturnValues: 'ALL_OLD',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
      ]);
    },
  );

  it('is that the item has one of the expected versions', async () => {
    const updating = write({ Attributes: note });
    await updateNote({ ...updating, expected: [1, 7] });
    expect(updating.commands[0]?.input).toMatchObject({
      ConditionExpression: '#version IN (:version0, :version1)',
      ExpressionAttributeNames: { '#version': 'version', '#text': 'text' },
      ExpressionAttributeValues: { ':one': 1, ':text': 'new', ':version0': 1, ':version1': 7 },
    });

    const deleting = write({ Attributes: note });
    await deleteExpected({ ...deleting, expected: [1, 7] });
    expect(deleting.commands[0]?.input).toMatchObject({
      ConditionExpression: '#version IN (:version0, :version1)',
      ExpressionAttributeNames: { '#version': 'version' },
      ExpressionAttributeValues: { ':version0': 1, ':version1': 7 },
    });
  });

  it('is never true, when the client expects only impossible versions', async () => {
    const deleting = write({ Attributes: note });
    await deleteExpected({ ...deleting, expected: [] });
    expect(deleting.commands[0]?.input).toMatchObject({
      ConditionExpression: '#version IN (:version0)',
      ExpressionAttributeValues: { ':version0': 0 },
    });
  });

  it('has at most a hundred versions: DynamoDB allows no more operands', async () => {
    const deleting = write({ Attributes: note });
    await deleteExpected({ ...deleting, expected: versions(101) });
    expect(deleting.commands[0]?.input).toHaveProperty(
      'ExpressionAttributeValues',
      Object.fromEntries(versions(100).map((version, i) => [`:version${i}`, version])),
    );
  });
});

describe('an update of an expected version', () => {
  it('returns the updated item', async () => {
    expect(await updateNote(write({ Attributes: note }))).toBe(note);
    expect(await updateNote(write({}))).toEqual({});
  });

  it('reads nothing when DynamoDB sends the item with the error', async () => {
    const conflicting = write(onceWithItem);
    await expect(updateNote(conflicting)).rejects.toBeInstanceOf(NoteVersionConflict);
    expect(conflicting.commands).toHaveLength(1);
  });

  it.each([
    ['another version', [once, { Item: note }], NoteVersionConflict],
    ['no item', [once, {}], NoteNotFound],
    ['no item after a repeated attempt', [twice, {}], NoteNotFound],
    [
      'an item of another write after a repeated attempt',
      [twice, { Item: { ...note, writeId: 'other' } }],
      NoteVersionConflict,
    ],
    ['an item that was deleted after a repeated attempt', [twiceWithItem, {}], NoteNotFound],
    ['an error without the number of attempts', [conditionFailed(), { Item: note }], NoteVersionConflict],
  ])('is refused after a strongly consistent read: %s', async (_case, responses, error) => {
    const refused = write(...responses);
    await expect(updateNote(refused)).rejects.toBeInstanceOf(error);
    expect(refused.commands).toEqual([expect.objectContaining({ name: 'Update' }), read]);
  });

  it('succeeds when an earlier attempt of the SDK wrote the item', async () => {
    expect(await updateNote(write(twice, { Item: note }))).toBe(note);
  });

  it('only needs an existing item, when the item has no versions', async () => {
    const { VersionConflict: _, ...withoutVersions } = write(onceWithItem);
    await expect(updateNote(withoutVersions)).rejects.toBeInstanceOf(NoteNotFound);
  });

  it('throws every other error', async () => {
    await expect(updateNote(write(outage))).rejects.toBe(outage);
  });
});

describe('a delete of an expected version', () => {
  it('returns the deleted item', async () => {
    expect(await deleteExpected(write({ Attributes: note }))).toBe(note);
  });

  it('reads nothing when DynamoDB sends the item with the error', async () => {
    const conflicting = write(onceWithItem);
    await expect(deleteExpected(conflicting)).rejects.toBeInstanceOf(NoteVersionConflict);
    expect(conflicting.commands).toHaveLength(1);
  });

  it.each([
    ['another version', [once, { Item: note }], NoteVersionConflict],
    ['no item', [once, {}], NoteNotFound],
    ['another version after a repeated attempt', [twice, { Item: note }], NoteVersionConflict],
  ])('is refused after a strongly consistent read: %s', async (_case, responses, error) => {
    const refused = write(...responses);
    await expect(deleteExpected(refused)).rejects.toBeInstanceOf(error);
    expect(refused.commands).toEqual([expect.objectContaining({ name: 'Delete' }), read]);
  });

  it('succeeds when the item is gone after a repeated attempt', async () => {
    expect(await deleteExpected(write(twice, {}))).toBeUndefined();
  });

  it('throws every other error', async () => {
    await expect(deleteExpected(write(outage))).rejects.toBe(outage);
  });
});
