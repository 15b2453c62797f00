/**
 * What functions and infrastructure must agree on about the one table. Every item of a user (profile, todos,
 * idempotency records) is in the user's partition, so no query can leave it.
 */
export const table = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Seconds since the epoch; DynamoDB removes the item some time later. */
  expiry: 'expiresAt',
  /**
   * Local indexes, because only these can be read with strong consistency. Each serves one combination of
   * filter and order of `GET /todo` with a single Query; see todos/store.ts for their sort keys.
   */
  indexes: {
    byDay: { name: 'byDay', sortKey: 'day', type: 'N' },
    byStatus: { name: 'byStatus', sortKey: 'statusId', type: 'S' },
    byStatusAndDay: { name: 'byStatusAndDay', sortKey: 'statusDay', type: 'N' },
  },
  /** What an index carries besides its keys: what a list shows of a todo, and nothing else. */
  projected: ['title', 'day', 'status', 'order', 'updatedAt'],
} as const;

export type IndexName = keyof typeof table.indexes;

/** The partition of everything that belongs to a user. */
export function userPartition(userId: string): string {
  return `USER#${userId}`;
}
