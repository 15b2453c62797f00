import { IDEMPOTENCY_RECORD } from './dynamodb/idempotency.ts';
import { userPartition } from './dynamodb/keys.ts';

/**
 * The kinds of items in a user's partition, with the prefix of their sort keys. A kind that is added here needs an
 * entry in export/exporters.ts: without it, the project does not compile. `DELETE /me` deletes the whole partition.
 */
export const itemKinds = {
  profile: 'PROFILE',
  idempotencyRecord: IDEMPOTENCY_RECORD,
  todo: 'TODO#',
} as const;

export type ItemKind = keyof typeof itemKinds;

/**
 * The primary key of an item that belongs to a user.
 * @param id what follows the prefix of the kind; nothing when a user has only one item of this kind
 * @example userItemKey(userId, 'todo', '01KB6VDEXAMP1E0F0F0F0T0D0X')
 */
export function userItemKey(userId: string, kind: ItemKind, id = ''): { pk: string; sk: string } {
  return { pk: userPartition(userId), sk: itemKinds[kind] + id };
}

/** A local secondary index: its sort key, and the type of that attribute. */
export interface LocalIndex {
  readonly sortKey: string;
  readonly type: 'N' | 'S';
}

/**
 * The local secondary indexes of the table, by their names. Only a local index can be read with strong consistency. It
 * can neither be added nor changed once the table exists, so all five that DynamoDB allows are declared. An item is in
 * an index when it has the index's sort key.
 */
export const indexes = {
  byDay: { sortKey: 'day', type: 'N' },
  byStatus: { sortKey: 'statusId', type: 'S' },
  byStatusAndDay: { sortKey: 'statusDay', type: 'N' },
  // No item has these two attributes yet, so these indexes are empty and cost nothing. README.md says how to use them.
  byNumber: { sortKey: 'sortNumber', type: 'N' },
  byText: { sortKey: 'sortText', type: 'S' },
} as const satisfies Readonly<Record<string, LocalIndex>>;

export type IndexName = keyof typeof indexes;

const prefixes = Object.entries(itemKinds) as [ItemKind, string][];

/** The kind of an item, by its sort key; undefined for an item that no code writes. */
export function kindOf(sortKey: string): ItemKind | undefined {
  return prefixes.find(([, prefix]) => sortKey.startsWith(prefix))?.[0];
}
