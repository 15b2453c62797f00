import { ulid } from '../../../functions/dynamodb/ulid.ts';
import { indexes } from '../../../functions/table.ts';
import { toItem } from '../../../functions/todos/item.ts';
import { awsLimits } from './limits.ts';

/** What DynamoDB keeps beside the attributes of each item and index entry ("DynamoDB item sizes and formats"). */
const OVERHEAD_BYTES = 100;

type Attributes = Readonly<Record<string, string | number>>;

/** Names and texts in UTF-8; of a number two digits a byte, and one more ("DynamoDB item sizes and formats"). */
function attributesSize(attributes: Attributes): number {
  return Object.entries(attributes).reduce((sum, [name, value]) => {
    const size =
      typeof value === 'string' ? Buffer.byteLength(value) : Math.ceil(String(value).length / 2) + 1;
    return sum + Buffer.byteLength(name) + size;
  }, OVERHEAD_BYTES);
}

/** The bytes that a todo takes in its table and in its local indexes, which count together. */
export function todoBytes(titleLength: number): number {
  const item = toItem({
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
  // Each index carries the whole item.
  return attributesSize(item) * (1 + Object.keys(indexes).length);
}

/** How many todos of this title length a user can have before DynamoDB refuses the next. */
export function mostTodos(titleLength: number): number {
  return Math.floor(awsLimits.itemCollectionBytes / todoBytes(titleLength));
}
