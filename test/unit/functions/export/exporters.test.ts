import { describe, expect, it } from 'vitest';
import type { Item } from '../../../../functions/dynamodb/item.ts';
import { exporters } from '../../../../functions/export/exporters.ts';
import type { ItemKind } from '../../../../functions/table.ts';

const context = { baseUrl: 'https://api.example.com', userId: 'ann' };

const list = (kind: ItemKind) => {
  const exporter = exporters[kind];
  if (exporter.kind !== 'list') throw new Error(`${kind} is omitted`);
  return exporter;
};
const exported = (kind: ItemKind, item: Item) => list(kind).toRepresentation(item, context);

describe('the export', () => {
  it('has a list of todos, in the representation of the todo routes', () => {
    expect(list('todo')).toMatchObject({ member: 'todos', schema: 'Todo' });
    const id = '01KB6VDEXAMP1E0F0F0F0T0D0X';
    const item = {
      ...{ pk: 'USER#ann', sk: `TODO#${id}`, title: 'Buy milk', day: 20261224, version: 1 },
      ...{ status: 0, statusId: `0#${id}`, statusDay: 20261224, updatedAt: Date.parse('2026-06-15') },
    };
    expect(exported('todo', item)).toMatchObject({
      id,
      title: 'Buy milk',
      date: '2026-12-24',
      user: 'ann',
      url: `https://api.example.com/todo/${id}`,
    });
  });

  it('has a list of idempotency records, with the keys that clients sent', () => {
    expect(list('idempotencyRecord')).toMatchObject({
      member: 'idempotency_records',
      schema: 'IdempotencyRecord',
    });
    const item = {
      ...{ pk: 'USER#ann', sk: 'IDEMPOTENCY#a key', resourceId: '1', fingerprint: 'f' },
      expiresAt: Date.parse('2026-06-15T12:00:00Z') / 1_000,
    };
    expect(exported('idempotencyRecord', item)).toEqual({
      key: 'a key',
      resource_id: '1',
      fingerprint: 'f',
      is_settled: false,
      expires_at: '2026-06-15T12:00:00.000Z',
    });
  });

  it('has no list of profiles: every page has the user', () => {
    expect(exporters.profile.kind).toBe('omitted');
  });
});
