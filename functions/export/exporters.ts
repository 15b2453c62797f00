import { IDEMPOTENCY_RECORD, readIdempotencyRecord } from '../dynamodb/idempotency.ts';
import type { Item } from '../dynamodb/item.ts';
import { table } from '../dynamodb/keys.ts';
import { type ItemKind, kindOf } from '../table.ts';
import type { TodoRepresentation } from '../todos/description.ts';
import { toTodo } from '../todos/item.ts';
import { toRepresentation as toTodoRepresentation } from '../todos/representation.ts';
import type { IdempotencyRecordRepresentation } from './description.ts';

/** What a representation depends on beside the item: whose it is, and the address of the API. */
export interface ExportContext {
  readonly userId: string;
  readonly baseUrl: string;
}

/** How `GET /me/export` shows the items of one kind: in a list, or not at all for a reason. */
export type Exporter =
  | {
      readonly kind: 'list';
      /** The member of the export that has the list. */
      readonly member: string;
      /** The name of the schema of each entry in the API description. */
      readonly schema: string;
      readonly toRepresentation: (item: Item, context: ExportContext) => object;
    }
  | { readonly kind: 'omitted'; readonly reason: string };

/** How each kind of item is exported. A kind that is missing here does not compile. */
export const exporters: Readonly<Record<ItemKind, Exporter>> = {
  profile: { kind: 'omitted', reason: 'Every page shows the user.' },
  idempotencyRecord: {
    kind: 'list',
    member: 'idempotency_records',
    schema: 'IdempotencyRecord',
    toRepresentation(item): IdempotencyRecordRepresentation {
      const record = readIdempotencyRecord(item);
      return {
        key: record.sk.slice(IDEMPOTENCY_RECORD.length),
        resource_id: record.resourceId,
        fingerprint: record.fingerprint,
        is_settled: record.settled === true,
        expires_at: new Date(record[table.expiry] * 1_000).toISOString(),
      };
    },
  },
  todo: {
    kind: 'list',
    member: 'todos',
    schema: 'Todo',
    toRepresentation: (item, context): TodoRepresentation =>
      toTodoRepresentation(toTodo(context.userId, item), context),
  },
};

/**
 * A list for each kind of item, by the name of the member.
 * @throws {Error} for an item of no known kind: the export must not leave it out silently
 */
export function toLists(items: readonly Item[], context: ExportContext): Record<string, object[]> {
  const lists: Record<string, object[]> = {};
  for (const exporter of Object.values(exporters)) {
    if (exporter.kind === 'list') lists[exporter.member] = [];
  }
  for (const item of items) {
    const kind = kindOf(String(item.sk));
    if (kind === undefined) throw new Error('The partition of the user has an item of an unknown kind');
    const exporter = exporters[kind];
    if (exporter.kind === 'list') lists[exporter.member]?.push(exporter.toRepresentation(item, context));
  }
  return lists;
}
