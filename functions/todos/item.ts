import type { DeleteCommandInput, QueryCommandInput, UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { table, userPartition } from '../dynamodb/table.ts';
import { ulidTime } from '../dynamodb/ulid.ts';
import type { Cursor } from './cursor.ts';
import type { ListedTodo, Todo, TodoChanges, TodoQuery } from './schemas.ts';

/**
 * A todo as an item. The sort keys of the indexes must follow the fields, also when an update knows only one
 * of them; so `status` and `day` are numbers whose sum sorts by status, then by day, and DynamoDB itself can
 * add the half that the update does not know. Nothing has to be read before it is written.
 */
type TodoItem = {
  readonly pk: string;
  /** In the order of creation, because ids are. */
  readonly sk: string;
  readonly title: string;
  /** 20261231 for the last day of 2026; sort key of `byDay`. */
  readonly day: number;
  /** 0 or COMPLETED. */
  readonly status: number;
  /** Sort key of `byStatus`: the status, then the order of creation. */
  readonly statusId: string;
  /** Sort key of `byStatusAndDay`: status + day. */
  readonly statusDay: number;
  readonly order?: number;
  readonly version: number;
  readonly updatedAt: number;
  /** Of the last update: by it a repeated attempt knows the work of an earlier one. No index carries it. */
  readonly writeId?: string;
  /** Of the request that made it: whoever deletes it tells the key, so that no retry brings it back. */
  readonly idempotencyKey?: string;
};

const OPEN = 0;
/** Above every day, so that all open todos sort before all completed ones. */
const COMPLETED = 100_000_000;
const FIRST_DAY = 0;
const LAST_DAY = 99_999_999;

/** Above every id, of which each begins with a digit up to 7. */
const LAST_ID = 'Z';

const BETWEEN = '#sortKey BETWEEN :first AND :last';
const TODO_PREFIX = 'TODO#';

const toStatus = (completed: boolean) => (completed ? COMPLETED : OPEN);
const toStatusPrefix = (completed: boolean) => (completed ? '1#' : '0#');
const toDay = (date: string) => Number(date.replaceAll('-', ''));
const toDate = (day: number) =>
  String(day)
    .padStart(8, '0')
    .replace(/(\d{4})(\d\d)(\d\d)/, '$1-$2-$3');

/** The primary key of a todo. */
export function todoKey(userId: string, id: string): Pick<TodoItem, 'pk' | 'sk'> {
  return { pk: userPartition(userId), sk: TODO_PREFIX + id };
}

export function toItem(todo: Todo, idempotencyKey?: string): TodoItem {
  const { id, userId, title, date, completed, order, version, updatedAt } = todo;
  return {
    ...todoKey(userId, id),
    title,
    day: toDay(date),
    status: toStatus(completed),
    statusId: toStatusPrefix(completed) + id,
    statusDay: toStatus(completed) + toDay(date),
    ...(order !== null && { order }),
    version,
    updatedAt,
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  };
}

/** Reads an item of the table that `toItem` or an update wrote. */
export function toTodo(userId: string, attributes: Readonly<Record<string, unknown>>): Todo {
  const { version } = attributes as unknown as TodoItem;
  return { ...toListedTodo(userId, attributes), version };
}

/** Reads the same from the table or from an index, which does not carry the version. */
export function toListedTodo(userId: string, attributes: Readonly<Record<string, unknown>>): ListedTodo {
  const item = attributes as unknown as TodoItem;
  const id = item.sk.slice(TODO_PREFIX.length);
  return {
    id,
    userId,
    title: item.title,
    date: toDate(item.day),
    completed: item.status === COMPLETED,
    order: item.order ?? null,
    createdAt: ulidTime(id),
    updatedAt: item.updatedAt,
  };
}

/** The update that writes these fields and no other, along with every sort key that hangs on them. */
export function toUpdate(
  id: string,
  { title, date, completed, order }: TodoChanges,
  { updatedAt, writeId }: Required<Pick<TodoItem, 'updatedAt' | 'writeId'>>,
): Required<
  Pick<UpdateCommandInput, 'UpdateExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>
> {
  const assignments = ['#version = #version + :one'];
  const names: Record<string, string> = { '#version': 'version' };
  const values: Record<string, unknown> = { ':one': 1 };
  const assign = (attribute: keyof TodoItem, value: unknown) => {
    assignments.push(`#${attribute} = :${attribute}`);
    names[`#${attribute}`] = attribute;
    values[`:${attribute}`] = value;
  };

  assign('updatedAt', updatedAt);
  assign('writeId', writeId);
  if (title !== undefined) assign('title', title);
  if (date !== undefined) assign('day', toDay(date));
  if (completed !== undefined) {
    assign('status', toStatus(completed));
    assign('statusId', toStatusPrefix(completed) + id);
  }
  if (date !== undefined || completed !== undefined) {
    const status = completed === undefined ? '#status' : ':status';
    const day = date === undefined ? '#day' : ':day';
    assignments.push(`#statusDay = ${status} + ${day}`);
    Object.assign(names, { '#statusDay': 'statusDay', '#status': 'status', '#day': 'day' });
  }
  if (order !== undefined && order !== null) assign('order', order);
  if (order === null) names['#order'] = 'order';

  return {
    UpdateExpression: `SET ${assignments.join(', ')}${order === null ? ' REMOVE #order' : ''}`,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}

/** The todos that a query is about, apart from the page: all of them, or those of one status. */
export type TodoSelection = Pick<TodoQuery, 'orderBy' | 'completed' | 'dateFrom' | 'dateTo'>;

/**
 * The one Query whose key condition holds for exactly the selected todos, in their order: no filter
 * expression, so a page costs what it shows, however long the list is.
 */
export function toQuery(
  userId: string,
  { orderBy, completed, dateFrom, dateTo }: TodoSelection,
): Pick<
  QueryCommandInput,
  'IndexName' | 'KeyConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
> {
  const within = (
    index: string | undefined,
    sortKey: string,
    condition: string,
    bounds: Record<string, unknown>,
  ) => ({
    ...(index !== undefined && { IndexName: index }),
    KeyConditionExpression: `#pk = :pk AND ${condition}`,
    ExpressionAttributeNames: { '#pk': table.partitionKey, '#sortKey': sortKey },
    ExpressionAttributeValues: { ':pk': userPartition(userId), ...bounds },
  });
  const { byDay, byStatus, byStatusAndDay } = table.indexes;

  if (orderBy === 'created') {
    if (completed === undefined) {
      return within(undefined, table.sortKey, 'begins_with(#sortKey, :prefix)', { ':prefix': TODO_PREFIX });
    }
    // As begins_with would: in an index of 100,000 todos that took dynoxide 18 times as long.
    const first = toStatusPrefix(completed);
    return within(byStatus.name, byStatus.sortKey, BETWEEN, { ':first': first, ':last': first + LAST_ID });
  }
  const index = completed === undefined ? byDay : byStatusAndDay;
  const offset = completed === undefined ? 0 : toStatus(completed);
  return within(index.name, index.sortKey, BETWEEN, {
    ':first': offset + (dateFrom === undefined ? FIRST_DAY : toDay(dateFrom)),
    ':last': offset + (dateTo === undefined ? LAST_DAY : toDay(dateTo)),
  });
}

/** The key that a page after the cursor starts from, in the index that `toQuery` chooses. */
export function toStartKey(
  userId: string,
  cursor: Cursor,
  completed: boolean | undefined,
): Record<string, unknown> {
  const key = todoKey(userId, cursor.id);
  if (cursor.orderBy === 'created') {
    return completed === undefined ? key : { ...key, statusId: toStatusPrefix(completed) + cursor.id };
  }
  const day = toDay(cursor.date);
  return completed === undefined ? { ...key, day } : { ...key, statusDay: toStatus(completed) + day };
}

/** The condition that an item still has the status by which it was selected. */
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
