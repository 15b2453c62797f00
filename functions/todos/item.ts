import type { DeleteCommandInput, QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { type Item, type ItemOf, itemReader, number, optional, string } from '../dynamodb/item.ts';
import { table, userPartition } from '../dynamodb/keys.ts';
import { ulidTime } from '../dynamodb/ulid.ts';
import type { Update } from '../dynamodb/versions.ts';
import { type IndexName, indexes, itemKinds, userItemKey } from '../table.ts';
import type { Todo, TodoChanges, TodoCursor, TodoFields, TodoSelection } from './todo.ts';

/**
 * A todo as an item. The sort keys of the indexes must follow the fields, also when an update knows only one of the
 * fields. So `status` and `day` are numbers, and their sum sorts by status, then by day. DynamoDB itself adds the part
 * that the update does not know: nothing has to be read before it is written.
 */
const schema = {
  pk: string,
  /** Ids sort by the time of creation, so this does too. */
  sk: string,
  title: string,
  /** 20261231 for the last day of 2026. Sort key of `byDay`. */
  day: number,
  /** 0 or COMPLETED. */
  status: number,
  /** The status, then the id. Sort key of `byStatus`. */
  statusId: string,
  /** status + day. Sort key of `byStatusAndDay`. */
  statusDay: number,
  order: optional(number),
  version: number,
  updatedAt: number,
  /** The last update. A repeated attempt finds in it that an earlier attempt succeeded. */
  writeId: optional(string),
  /** The key of the request that created the todo. Deleting the todo settles the key. */
  idempotencyKey: optional(string),
} as const;

type TodoItem = ItemOf<typeof schema>;

/** Reads an item of the table or of an index, which has all attributes too. */
const readTodoItem = itemReader('todo', schema);
const readOrigin = itemReader('todo', { sk: schema.sk, idempotencyKey: schema.idempotencyKey });

const OPEN = 0;
/** Above every day, so that all open todos sort before all completed ones. */
const COMPLETED = 100_000_000;
const FIRST_DAY = 0;
const LAST_DAY = 99_999_999;
/** Sorts after every id: an id begins with a digit up to 7. */
const AFTER_EVERY_ID = 'Z';

const toStatus = (completed: boolean) => (completed ? COMPLETED : OPEN);
const toStatusPrefix = (completed: boolean) => (completed ? '1#' : '0#');
const toDay = (date: string) => Number(date.replaceAll('-', ''));
const toDate = (day: number) =>
  String(day)
    .padStart(8, '0')
    .replace(/(\d{4})(\d\d)(\d\d)/, '$1-$2-$3');

/** The attributes of each field; an attribute that is undefined is not stored. */
const attributesOf: {
  readonly [Field in keyof TodoFields]: (
    value: TodoFields[Field],
    id: string,
  ) => { readonly [Name in keyof TodoItem]?: TodoItem[Name] | undefined };
} = {
  title: (title) => ({ title }),
  date: (date) => ({ day: toDay(date) }),
  completed: (completed, id) => ({ status: toStatus(completed), statusId: toStatusPrefix(completed) + id }),
  order: (order) => ({ order: order ?? undefined }),
};

const fieldNames = Object.keys(attributesOf) as (keyof TodoFields)[];

/** The attributes of the given fields. */
function toAttributes(fields: TodoChanges, id: string): Record<string, unknown> {
  const attributesOfField = <Field extends keyof TodoFields>(field: Field) => {
    const value = fields[field];
    return value === undefined ? {} : attributesOf[field](value, id);
  };
  return Object.assign({}, ...fieldNames.map(attributesOfField));
}

/** The primary key of a todo. */
export function todoKey(userId: string, id: string): { pk: string; sk: string } {
  return userItemKey(userId, 'todo', id);
}

/** The item of a new todo. */
export function toItem(todo: Todo, idempotencyKey?: string): TodoItem {
  const { id, userId, date, completed, version, updatedAt } = todo;
  const item = {
    ...todoKey(userId, id),
    ...toAttributes(todo, id),
    statusDay: toStatus(completed) + toDay(date),
    version,
    updatedAt,
    idempotencyKey,
  };
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined)) as TodoItem;
}

/**
 * Reads an item that `toItem` or an update wrote.
 * @throws {MalformedItemError} when it is none
 */
export function toTodo(userId: string, attributes: Item): Todo {
  const item = readTodoItem(attributes);
  const id = toId(item);
  return {
    id,
    userId,
    title: item.title,
    date: toDate(item.day),
    completed: item.status === COMPLETED,
    order: item.order ?? null,
    version: item.version,
    createdAt: ulidTime(id),
    updatedAt: item.updatedAt,
  };
}

/** How a todo was created. It needs only the attributes `sk` and `idempotencyKey`. */
export function toOrigin(attributes: Item): {
  readonly id: string;
  readonly createdAt: number;
  readonly idempotencyKey: string | undefined;
} {
  const { sk, idempotencyKey } = readOrigin(attributes);
  const id = toId({ sk });
  return { id, createdAt: ulidTime(id), idempotencyKey };
}

const toId = ({ sk }: Pick<TodoItem, 'sk'>) => sk.slice(itemKinds.todo.length);

/** The update that writes the given fields and no others, with the sort keys that follow from them. */
export function toUpdate(
  id: string,
  changes: TodoChanges,
  stamp: { readonly updatedAt: number; readonly writeId: string },
): Update {
  const fields = toAttributes(changes, id);
  const attributes = { ...stamp, ...fields };
  const { date, completed } = changes;
  const changesSortKey = date !== undefined || completed !== undefined;
  const names = Object.keys(attributes);
  const stored = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const removed = names.filter((name) => attributes[name as keyof typeof attributes] === undefined);

  const assignments = ['#version = #version + :one', ...stored.map(([name]) => `#${name} = :${name}`)];
  if (changesSortKey) {
    const status = completed === undefined ? '#status' : ':status';
    const day = date === undefined ? '#day' : ':day';
    assignments.push(`#statusDay = ${status} + ${day}`);
  }
  const used = ['version', ...names, ...(changesSortKey ? ['statusDay', 'status', 'day'] : [])];
  return {
    UpdateExpression: [
      `SET ${assignments.join(', ')}`,
      ...(removed.length > 0 ? [`REMOVE ${removed.map((name) => `#${name}`).join(', ')}`] : []),
    ].join(' '),
    ExpressionAttributeNames: Object.fromEntries(used.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ':one': 1,
      ...Object.fromEntries(stored.map(([name, value]) => [`:${name}`, value])),
    },
    // Every item has a version, so a change of no field leaves every item the same.
    unchanged: [
      'attribute_exists(#version)',
      ...Object.entries(fields).map(([name, value]) =>
        value === undefined ? `attribute_not_exists(#${name})` : `#${name} = :${name}`,
      ),
    ].join(' AND '),
    isUnchanged: (item) => Object.entries(fields).every(([name, value]) => item[name] === value),
    isOwnWrite: ({ writeId }) => writeId === stamp.writeId,
  };
}

const BETWEEN = '#sortKey BETWEEN :first AND :last';

/**
 * The one Query whose key condition holds for exactly the selected todos, in their order. It has no filter expression,
 * so a page costs what it shows, however long the list is.
 */
export function toQuery(
  userId: string,
  { orderBy, completed, dateFrom, dateTo }: TodoSelection,
): Pick<
  QueryCommandInput,
  'IndexName' | 'KeyConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
> {
  const within = (sortKey: string, condition: string, bounds: Record<string, unknown>) => ({
    KeyConditionExpression: `#pk = :pk AND ${condition}`,
    ExpressionAttributeNames: { '#pk': table.partitionKey, '#sortKey': sortKey },
    ExpressionAttributeValues: { ':pk': userPartition(userId), ...bounds },
  });
  const withinIndex = (IndexName: IndexName, bounds: Record<string, unknown>) => ({
    IndexName,
    ...within(indexes[IndexName].sortKey, BETWEEN, bounds),
  });

  if (orderBy === 'created') {
    if (completed === undefined) {
      return within(table.sortKey, 'begins_with(#sortKey, :prefix)', { ':prefix': itemKinds.todo });
    }
    // begins_with selects the same todos. One engine took 18 times as long for it, in an index of 100,000 todos.
    const first = toStatusPrefix(completed);
    return withinIndex('byStatus', { ':first': first, ':last': first + AFTER_EVERY_ID });
  }
  const offset = completed === undefined ? 0 : toStatus(completed);
  return withinIndex(completed === undefined ? 'byDay' : 'byStatusAndDay', {
    ':first': offset + (dateFrom === undefined ? FIRST_DAY : toDay(dateFrom)),
    ':last': offset + (dateTo === undefined ? LAST_DAY : toDay(dateTo)),
  });
}

/** The key that a page after the cursor starts from, in the index that `toQuery` chooses. */
export function toStartKey(
  userId: string,
  cursor: TodoCursor,
  completed: boolean | undefined,
): Record<string, unknown> {
  const key = todoKey(userId, cursor.id);
  if (cursor.orderBy === 'created') {
    return completed === undefined ? key : { ...key, statusId: toStatusPrefix(completed) + cursor.id };
  }
  const day = toDay(cursor.date);
  return completed === undefined ? { ...key, day } : { ...key, statusDay: toStatus(completed) + day };
}

/** The condition that an item still has the status that selected it. */
export function toStatusCondition(
  completed: boolean,
): Required<
  Pick<DeleteCommandInput, 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>
> {
  return {
    ConditionExpression: '#status = :status',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ':status': toStatus(completed) },
  };
}
