/**
 * The attributes of the one table that the infrastructure and all stores must agree on. Everything that belongs to a
 * user is in the user's partition, so no query of a user's data can leave it.
 */
export const table = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Seconds since the epoch. DynamoDB deletes the item some time later. */
  expiry: 'expiresAt',
} as const;

/** A primary key of the table. */
export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** The partition key of everything that belongs to a user. */
export function userPartition(userId: string): string {
  return `USER#${userId}`;
}
