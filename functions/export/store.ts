import type { StoreDependencies } from '../dynamodb/client.ts';
import { type Item, itemReader, string } from '../dynamodb/item.ts';
import { userPartition } from '../dynamodb/keys.ts';
import { queryPage } from '../dynamodb/pages.ts';
import { userItemKey } from '../table.ts';
import type { ExportQuery } from './schemas.ts';

export type ExportStore = ReturnType<typeof createExportStore>;

export interface ExportPage {
  readonly items: readonly Item[];
  /** The sort key that the next page begins after; undefined on the last page. */
  readonly next: string | undefined;
}

const readKey = itemReader('item', { sk: string });

/** Reads everything in the partition of a user, whatever its kind. */
export function createExportStore({ client, tableName }: StoreDependencies) {
  return {
    /** One page of the user's items in the order of their sort keys, without the profile. One Query. */
    async list(userId: string, { limit, after }: ExportQuery): Promise<ExportPage> {
      const profile = userItemKey(userId, 'profile');
      const { items, hasNext } = await queryPage(
        client,
        {
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': userPartition(userId) },
          ...(after !== undefined && { ExclusiveStartKey: { ...profile, sk: after } }),
        },
        // One of them may be the profile.
        limit + 1,
      );
      const others = items.filter(({ sk }) => sk !== profile.sk);
      const shown = others.slice(0, limit);
      const last = shown.at(-1);
      const isLastPage = !hasNext && others.length <= limit;
      return { items: shown, next: isLastPage || last === undefined ? undefined : readKey(last).sk };
    },
  };
}
