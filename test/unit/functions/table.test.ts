import { describe, expect, it } from 'vitest';
import { indexes, itemKinds, kindOf, userItemKey } from '../../../functions/table.ts';

describe('the key of an item', () => {
  it('has the partition of its user, and a sort key with the prefix of its kind', () => {
    expect(userItemKey('ann', 'todo', '1')).toEqual({ pk: 'USER#ann', sk: 'TODO#1' });
    expect(userItemKey('ann', 'idempotencyRecord', 'a key')).toEqual({
      pk: 'USER#ann',
      sk: 'IDEMPOTENCY#a key',
    });
  });

  it('needs no id for a kind that a user has only once', () => {
    expect(userItemKey('ann', 'profile')).toEqual({ pk: 'USER#ann', sk: 'PROFILE' });
  });
});

describe('the kind of an item', () => {
  it.each([
    ['PROFILE', 'profile'],
    ['IDEMPOTENCY#a key', 'idempotencyRecord'],
    ['TODO#01JZZZZZZZZZZZZZZZZZZZZZZZ', 'todo'],
  ])('follows from its sort key: %s', (sortKey, kind) => {
    expect(kindOf(sortKey)).toBe(kind);
  });

  it.each(['', 'TODO', 'MY TODO#1', 'todo#1', 'LINK'])('is unknown for another sort key: %j', (sortKey) => {
    expect(kindOf(sortKey)).toBeUndefined();
  });

  it('is unambiguous: no prefix begins with another one', () => {
    const prefixes = Object.values(itemKinds);
    for (const prefix of prefixes) {
      expect(prefixes.filter((other) => other.startsWith(prefix))).toEqual([prefix]);
    }
  });
});

describe('the local indexes', () => {
  it('are the five that existing tables have: a local index can never be added, changed or removed', () => {
    expect(indexes).toEqual({
      byDay: { sortKey: 'day', type: 'N' },
      byStatus: { sortKey: 'statusId', type: 'S' },
      byStatusAndDay: { sortKey: 'statusDay', type: 'N' },
      byNumber: { sortKey: 'sortNumber', type: 'N' },
      byText: { sortKey: 'sortText', type: 'S' },
    });
  });
});
