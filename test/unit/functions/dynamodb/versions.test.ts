import { describe, expect, it } from 'vitest';
import {
  deleteExpected,
  type ExpectedWrite,
  type Update,
  updateExpected,
  type VersionPreconditions,
} from '../../../../functions/dynamodb/versions.ts';
import {
  NotFoundError,
  type PreconditionHeader,
  VersionConflictError,
} from '../../../../functions/errors.ts';
import { conditionFailed, createStubClient } from '../../../support/stub-client.ts';

class NoteNotFound extends NotFoundError {}
class NoteVersionConflict extends VersionConflictError {
  constructor(failed: PreconditionHeader) {
    super('note', failed);
  }
}

const key = { pk: 'USER#ann', sk: 'NOTE#1' };
const note = { ...key, text: 'new', version: 2, writeId: 'mine' };
const errors = { NotFound: NoteNotFound, VersionConflict: NoteVersionConflict };
const once = conditionFailed(1);
const twice = conditionFailed(2);
const twiceWithItem = conditionFailed(2, note);
const read = { name: 'Get', input: { TableName: 'table', Key: key, ConsistentRead: true } };
const outage = new Error('no connection');

const expressions = {
  UpdateExpression: 'SET #version = #version + :one, #text = :text',
  ExpressionAttributeNames: { '#version': 'version', '#text': 'text' },
  ExpressionAttributeValues: { ':one': 1, ':text': 'new' },
};
const update: Update = {
  ...expressions,
  unchanged: '#text = :text',
  isUnchanged: ({ text }) => text === 'new',
  isOwnWrite: ({ writeId }) => writeId === 'mine',
};
const versions = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

/** Runs a write with a client that returns these responses. */
function write(...responses: readonly object[]) {
  const { client, commands } = createStubClient(...responses);
  return { client, tableName: 'table', key, ...errors, commands };
}
const updateNote = (expectedWrite: ExpectedWrite) => updateExpected(expectedWrite, update);

describe('the condition of a write', () => {
  it.each<VersionPreconditions | undefined>([
    undefined,
    {},
    { ifMatch: 'any' },
    { ifMatch: undefined, ifNoneMatch: [] },
  ])('is that the item exists, when the client demands %j', async (preconditions) => {
    const updating = write({ Attributes: note });
    await updateNote({ ...updating, ...(preconditions && { preconditions }) });
    expect(updating.commands).toEqual([
      {
        name: 'Update',
        input: {
          TableName: 'table',
          Key: key,
          ...expressions,
          ConditionExpression: 'attribute_exists(pk) AND NOT (#text = :text)',
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
    ]);

    const deleting = write({ Attributes: note });
    await deleteExpected({ ...deleting, ...(preconditions && { preconditions }) });
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
  });

  it.each<[VersionPreconditions, string, Record<string, number>]>([
    [{ ifMatch: [1, 7] }, '#version IN (:match0, :match1)', { ':match0': 1, ':match1': 7 }],
    [
      { ifNoneMatch: [1, 7] },
      'attribute_exists(pk) AND NOT #version IN (:exclude0, :exclude1)',
      { ':exclude0': 1, ':exclude1': 7 },
    ],
    [
      { ifMatch: [1, 7], ifNoneMatch: [7] },
      '#version IN (:match0, :match1) AND NOT #version IN (:exclude0)',
      { ':match0': 1, ':match1': 7, ':exclude0': 7 },
    ],
    [{ ifMatch: [] }, '#version IN (:match0)', { ':match0': 0 }],
    [{ ifNoneMatch: 'any' }, '#version IN (:match0)', { ':match0': 0 }],
    [{ ifMatch: [1], ifNoneMatch: 'any' }, '#version IN (:match0)', { ':match0': 0 }],
  ])('for %j is %s', async (preconditions, condition, values) => {
    const updating = write({ Attributes: note });
    await updateNote({ ...updating, preconditions });
    expect(updating.commands[0]?.input).toMatchObject({
      ConditionExpression: `${condition} AND NOT (#text = :text)`,
      ExpressionAttributeNames: { '#version': 'version', '#text': 'text' },
      ExpressionAttributeValues: { ':one': 1, ':text': 'new', ...values },
    });

    const deleting = write({ Attributes: note });
    await deleteExpected({ ...deleting, preconditions });
    expect(deleting.commands[0]?.input).toMatchObject({
      ConditionExpression: condition,
      ExpressionAttributeNames: { '#version': 'version' },
      ExpressionAttributeValues: values,
    });
  });

  it('has all of a hundred versions, which are as many operands as DynamoDB allows', async () => {
    const deleting = write({ Attributes: note });
    await deleteExpected({ ...deleting, preconditions: { ifNoneMatch: versions(100) } });
    expect(deleting.commands[0]?.input).toHaveProperty(
      'ExpressionAttributeValues',
      Object.fromEntries(versions(100).map((version, i) => [`:exclude${i}`, version])),
    );
  });
});

const old = { ...note, text: 'old', writeId: 'other' };
const stale = { preconditions: { ifMatch: [1] } };

describe('an update of an expected version', () => {
  it('returns the updated item', async () => {
    expect(await updateNote(write({ Attributes: note }))).toBe(note);
    expect(await updateNote(write({}))).toEqual({});
  });

  it('reads nothing when DynamoDB sends the item with the error', async () => {
    const conflicting = write(conditionFailed(1, old));
    await expect(updateNote({ ...conflicting, ...stale })).rejects.toBeInstanceOf(NoteVersionConflict);
    expect(conflicting.commands).toHaveLength(1);
  });

  it.each([
    ['another version', [once, { Item: old }], NoteVersionConflict],
    ['no item', [once, {}], NoteNotFound],
    ['no item after a repeated attempt', [twice, {}], NoteNotFound],
    ['an item of another write after a repeated attempt', [twice, { Item: old }], NoteVersionConflict],
    ['an item that was deleted after a repeated attempt', [twiceWithItem, {}], NoteNotFound],
    ['an error without the number of attempts', [conditionFailed(), { Item: old }], NoteVersionConflict],
  ])('is refused after a strongly consistent read: %s', async (_case, responses, error) => {
    const refused = write(...responses);
    await expect(updateNote({ ...refused, ...stale })).rejects.toBeInstanceOf(error);
    expect(refused.commands).toEqual([expect.objectContaining({ name: 'Update' }), read]);
  });

  it.each<[VersionPreconditions, string]>([
    [{ ifMatch: [1], ifNoneMatch: [2] }, 'If-Match'],
    [{ ifMatch: [2], ifNoneMatch: [1, 2] }, 'If-None-Match'],
    [{ ifNoneMatch: 'any' }, 'If-None-Match'],
  ])('names the first precondition that does not hold for version 2: %j', async (preconditions, failed) => {
    const conflicting = write(conditionFailed(1, old));
    await expect(updateNote({ ...conflicting, preconditions })).rejects.toThrow(failed);
  });

  it('succeeds when an earlier attempt of the SDK wrote the item', async () => {
    expect(await updateNote(write(twice, { Item: note }))).toBe(note);
  });

  it.each<VersionPreconditions>([{}, { ifMatch: [2] }, { ifNoneMatch: [1] }])(
    'gives the item as it is when it would stay the same, with %j',
    async (preconditions) => {
      const unchanged = { ...note, writeId: 'other' };
      const inOneCall = write(conditionFailed(1, unchanged));
      expect(await updateNote({ ...inOneCall, preconditions })).toEqual(unchanged);
      expect(inOneCall.commands).toHaveLength(1);
      expect(await updateNote({ ...write(once, { Item: unchanged }), preconditions })).toBe(unchanged);
    },
  );

  it('is refused when the item would stay the same, and a precondition does not hold', async () => {
    const unchanged = { ...note, writeId: 'other' };
    const refused = updateNote({ ...write(conditionFailed(1, unchanged)), ...stale });
    await expect(refused).rejects.toBeInstanceOf(NoteVersionConflict);
  });

  describe('when the item was changed between the failed condition and the read', () => {
    it('gives the item as it is without a precondition: the item was the same at the time of the write', async () => {
      expect(await updateNote(write(once, { Item: old }))).toBe(old);
    });

    it('is refused with a precondition that holds only by now', async () => {
      const refused = updateNote({ ...write(once, { Item: old }), preconditions: { ifNoneMatch: [1] } });
      await expect(refused).rejects.toBeInstanceOf(NoteVersionConflict);
    });
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
    const conflicting = write(conditionFailed(1, note));
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

  it('only needs an existing item, when the item has no versions', async () => {
    const { VersionConflict: _, ...withoutVersions } = write(conditionFailed(1, note));
    await expect(deleteExpected(withoutVersions)).rejects.toBeInstanceOf(NoteNotFound);
  });

  it('succeeds when the item is gone after a repeated attempt', async () => {
    expect(await deleteExpected(write(twice, {}))).toBeUndefined();
  });

  it('throws every other error', async () => {
    await expect(deleteExpected(write(outage))).rejects.toBe(outage);
  });
});
