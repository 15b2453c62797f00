import { ulid } from '../../../functions/dynamodb/ulid.ts';
import { indexes } from '../../../functions/table.ts';
import { toItem } from '../../../functions/todos/item.ts';
import { awsLimits } from './limits.ts';

/** The storage adds this to each item and index entry. Source: AWS, "DynamoDB item sizes and formats". */
const OVERHEAD_BYTES = 100;

type Attributes = Readonly<Record<string, string | number>>;

/**
 * Computes the size of an item in bytes. Names and strings count in UTF-8. A number takes one byte for two digits, and
 * one more byte. Source: AWS, "DynamoDB item sizes and formats".
 */
function attributesSize(attributes: Attributes): number {
  return Object.entries(attributes).reduce((sum, [name, value]) => {
    const size =
      typeof value === 'string' ? Buffer.byteLength(value) : Math.ceil(String(value).length / 2) + 1;
    return sum + Buffer.byteLength(name) + size;
  }, 0);
}

function todoItem(titleLength: number): Attributes {
  return toItem({
    id: ulid(Date.UTC(2026, 0, 1)),
    userId: ulid(Date.UTC(2026, 0, 1)),
    title: 'x'.repeat(titleLength),
    date: '2026-06-15',
    completed: false,
    order: null,
    version: 1,
    createdAt: 0,
    updatedAt: Date.UTC(2026, 0, 1),
  }) as unknown as Attributes;
}

/** Returns the bytes of a todo that count for the units of a read or write. */
export function itemBytes(titleLength: number): number {
  return attributesSize(todoItem(titleLength));
}

/** Returns the bytes of a todo in its table and in its local indexes. DynamoDB adds both to the item collection. */
export function todoBytes(titleLength: number): number {
  const item = todoItem(titleLength);
  // Each index whose sort key the item has contains a copy of the whole item.
  const copies = Object.values(indexes).filter(({ sortKey }) => sortKey in item).length;
  return (attributesSize(item) + OVERHEAD_BYTES) * (1 + copies);
}

/** Returns the number of todos with this title length that fit into one item collection, and so belong to one user. */
export function mostTodos(titleLength: number): number {
  return Math.floor(awsLimits.itemCollectionBytes / todoBytes(titleLength));
}
