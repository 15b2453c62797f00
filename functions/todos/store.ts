import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  paginateQuery,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { type Item, inHandfuls, putIfAbsent, unlessConditionFailed } from '../dynamodb/client.ts';
import { table, userPartition } from '../dynamodb/table.ts';
import { ulidTime } from '../dynamodb/ulid.ts';
import type { ExpectedVersion } from '../http/etag.ts';
import { ProblemError } from '../http/problem.ts';
import type { Cursor } from './cursor.ts';
import {
  todoKey,
  toItem,
  toListedTodo,
  toQuery,
  toStartKey,
  toStatusCondition,
  toTodo,
  toUpdate,
} from './item.ts';
import type { ListedTodo, Todo, TodoChanges, TodoFields, TodoQuery } from './schemas.ts';

export interface TodoStoreDependencies {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newId: (time: number) => string;
}

export type TodoStore = ReturnType<typeof createTodoStore>;

/** A key that a client repeats with a retried request, and a digest of the body that it came with. */
export interface Idempotency {
  readonly key: string;
  readonly fingerprint: string;
}

export interface TodoPage {
  readonly todos: readonly ListedTodo[];
  /** Where the next page starts; undefined on the last one. */
  readonly next: Cursor | undefined;
}

/** How long a repeated `Idempotency-Key` finds what it created, in seconds. */
const IDEMPOTENCY_SECONDS = 86_400;

/**
 * All DynamoDB calls about todos. Every one is within the partition of one user, reads with strong
 * consistency, and is a single call unless its comment says otherwise.
 */
export function createTodoStore({ client, tableName, now, newId }: TodoStoreDependencies) {
  const TableName = tableName;

  async function readItem(userId: string, id: string): Promise<Item | undefined> {
    const { Item } = await client.send(
      new GetCommand({ TableName, Key: todoKey(userId, id), ConsistentRead: true }),
    );
    return Item;
  }

  async function get(userId: string, id: string): Promise<Todo> {
    const item = await readItem(userId, id);
    if (!item) throw notFound();
    return toTodo(userId, item);
  }

  /**
   * Sends a write whose condition is that the todo exists, and has an expected version if there are any, and
   * answers with the item that the write shows. The item that comes with a failed condition tells a stale
   * version from a missing todo; only an engine that leaves it out costs a read. So does a failure at a
   * repeated attempt: an earlier one may have taken place, its answer lost, and the condition then fails on
   * our own write.
   * @param isOwnDoing whether the item (undefined: none) is as this write leaves it, and nobody else does
   */
  async function whileExpected(
    userId: string,
    id: string,
    write: () => Promise<{ readonly Attributes?: Item | undefined }>,
    isOwnDoing: (item: Item | undefined) => boolean,
  ): Promise<Item | undefined> {
    try {
      const { Attributes } = await write();
      return Attributes;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const isRepeated = (error.$metadata.attempts ?? 1) > 1;
      const item = (!isRepeated && error.Item) || (await readItem(userId, id));
      if (isRepeated && isOwnDoing(item)) return item;
      if (!item) throw notFound();
      throw new ProblemError('precondition_failed', 'The todo has changed: its ETag is not one of If-Match.');
    }
  }

  /** Marks an idempotency key as used up: from now on it finds its todo, or that this was deleted. */
  async function settle(userId: string, id: string, key: string): Promise<void> {
    const write = new UpdateCommand({
      TableName,
      Key: recordKey(userId, key),
      UpdateExpression: 'SET settled = :true',
      ConditionExpression: 'todoId = :id',
      ExpressionAttributeValues: { ':true': true, ':id': id },
    });
    // Its day is over when the condition fails, and the key is free again.
    await client.send(write).catch(unlessConditionFailed);
  }

  /** After the todo was deleted. Costs a write only for a todo that a retry could still bring back. */
  async function settleDeleted(userId: string, item: Item | undefined): Promise<void> {
    if (typeof item?.idempotencyKey !== 'string') return;
    const { id, createdAt } = toTodo(userId, item);
    if (createdAt + IDEMPOTENCY_SECONDS * 1_000 >= now()) await settle(userId, id, item.idempotencyKey);
  }

  return {
    /** @throws {ProblemError} 404 when the user has no such todo */
    get,

    /** One page of the user's todos. */
    async list(userId: string, query: TodoQuery): Promise<TodoPage> {
      const { limit, after, completed, descending, orderBy } = query;
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName,
          ...toQuery(userId, query),
          ...(after && { ExclusiveStartKey: toStartKey(userId, after, completed) }),
          ScanIndexForward: !descending,
          ConsistentRead: true,
          // One more than asked for tells whether there is a next page. At the largest size this is below the
          // 1 MB at which DynamoDB cuts a page; if it cuts one all the same, it says so, and the page is short.
          Limit: limit + 1,
        }),
      );
      const todos = Items.slice(0, limit).map((item) => toListedTodo(userId, item));
      const last = Items.length > limit || LastEvaluatedKey ? todos.at(-1) : undefined;
      return {
        todos,
        next:
          last && (orderBy === 'date' ? { orderBy, id: last.id, date: last.date } : { orderBy, id: last.id }),
      };
    },

    /**
     * Writes a new todo. Its id is new, so an item that is there already is of an earlier attempt by the SDK; it
     * is not written again, since others may have changed it meanwhile.
     */
    async create(userId: string, fields: TodoFields): Promise<Todo> {
      const todo = newTodo(userId, fields, now(), newId);
      await putIfAbsent(client, TableName, toItem(todo));
      return todo;
    },

    /**
     * Creates a todo at most once per idempotency key: claims an id under the key, puts the todo under that
     * id, then marks the key as settled. Each step can be repeated after a crash, by whoever sends the request
     * again; a settled key never brings back a todo that was deleted since, and deleting a todo settles its key,
     * too. Three writes.
     * @throws {ProblemError} 422 when the key came with another body before, 404 when its todo was deleted
     */
    async createOnce(userId: string, fields: TodoFields, { key, fingerprint }: Idempotency): Promise<Todo> {
      const todo = newTodo(userId, fields, now(), newId);
      const seconds = Math.floor(todo.createdAt / 1000);
      const claim = {
        ...recordKey(userId, key),
        todoId: todo.id,
        fingerprint,
        [table.expiry]: seconds + IDEMPOTENCY_SECONDS,
      };
      const record = await putIfAbsent(client, TableName, claim, {
        ConditionExpression: '#expiry < :now',
        ExpressionAttributeNames: { '#expiry': table.expiry },
        ExpressionAttributeValues: { ':now': seconds },
      });
      if (record?.fingerprint !== fingerprint) {
        throw new ProblemError('idempotency_key_reused', 'This Idempotency-Key was used with another body.');
      }
      const id = String(record.todoId);
      if (record.settled) return get(userId, id);

      const time = ulidTime(id);
      const claimed = toItem({ ...todo, id, createdAt: time, updatedAt: time }, key);
      const item = await putIfAbsent(client, TableName, claimed);
      await settle(userId, id, key);
      if (!item) throw notFound();
      return toTodo(userId, item);
    },

    /**
     * Writes the given fields and leaves the others; never creates.
     * @throws {ProblemError} 404 when there is no such todo, 412 when its version is not the expected one
     */
    async update(
      userId: string,
      id: string,
      changes: TodoChanges,
      expected?: ExpectedVersion,
    ): Promise<Todo> {
      const time = now();
      const writeId = newId(time);
      const update = toUpdate(id, changes, { updatedAt: time, writeId });
      const condition = toCondition(expected);
      const item = await whileExpected(
        userId,
        id,
        () =>
          client.send(
            new UpdateCommand({
              TableName,
              Key: todoKey(userId, id),
              ...update,
              ConditionExpression: condition.expression,
              ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ...condition.values },
              ReturnValues: 'ALL_NEW',
              ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            }),
          ),
        (current) => current?.writeId === writeId,
      );
      return toTodo(userId, item ?? {});
    },

    /**
     * Deletes a todo. After a repeated attempt, one that is gone counts as deleted: whether by the earlier
     * attempt cannot be told, and it is what the client wants. A todo made with an idempotency key costs a second
     * write for as long as that is remembered.
     * @throws {ProblemError} 404 when there is no such todo, 412 when its version is not the expected one
     */
    async remove(userId: string, id: string, expected?: ExpectedVersion): Promise<void> {
      const condition = toCondition(expected);
      const item = await whileExpected(
        userId,
        id,
        () =>
          client.send(
            new DeleteCommand({
              TableName,
              Key: todoKey(userId, id),
              ReturnValues: 'ALL_OLD',
              ConditionExpression: condition.expression,
              ExpressionAttributeNames: { '#version': 'version' },
              ...(Object.keys(condition.values).length > 0 && {
                ExpressionAttributeValues: condition.values,
              }),
              ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            }),
          ),
        (current) => current === undefined,
      );
      await settleDeleted(userId, item);
    },

    /**
     * Deletes all todos of the user, or those of one status. A Query for each page and a delete for each todo;
     * a todo whose status changes meanwhile stays. Interrupted, it can be repeated.
     */
    async removeAll(userId: string, completed: boolean | undefined): Promise<void> {
      const query = toQuery(userId, {
        orderBy: 'created',
        completed,
        dateFrom: undefined,
        dateTo: undefined,
      });
      const removeSelected = async (item: Item) => {
        const write = new DeleteCommand({
          TableName,
          Key: { pk: item.pk, sk: item.sk },
          ReturnValues: 'ALL_OLD',
          ...(completed !== undefined && toStatusCondition(completed)),
        });
        const result = await client.send(write).catch(unlessConditionFailed);
        await settleDeleted(userId, result?.Attributes);
      };

      const keys = { TableName, ...query, ProjectionExpression: 'pk, sk', ConsistentRead: true };
      for await (const { Items = [] } of paginateQuery({ client }, keys)) {
        for (const handful of inHandfuls(Items)) await Promise.all(handful.map(removeSelected));
      }
    },
  };
}

function newTodo(userId: string, fields: TodoFields, time: number, newId: (time: number) => string): Todo {
  return { ...fields, id: newId(time), userId, version: 1, createdAt: time, updatedAt: time };
}

/** The key of what is remembered of an idempotency key. */
function recordKey(userId: string, key: string): { pk: string; sk: string } {
  return { pk: userPartition(userId), sk: `IDEMPOTENCY#${key}` };
}

function notFound(): ProblemError {
  return new ProblemError('not_found', 'There is no such todo.');
}

/** No todo has version 0, and DynamoDB takes at most 100 operands of IN. */
const NO_VERSION = 0;
const MAX_OPERANDS = 100;

/** The condition that the todo exists, and has one of the versions that the client expects. */
function toCondition(expected: ExpectedVersion | undefined): {
  expression: string;
  values: Record<string, number>;
} {
  if (expected === undefined || expected === 'any')
    return { expression: 'attribute_exists(#version)', values: {} };

  const versions = expected.length > 0 ? expected.slice(0, MAX_OPERANDS) : [NO_VERSION];
  const values = Object.fromEntries(versions.map((version, i) => [`:version${i}`, version]));
  return { expression: `#version IN (${Object.keys(values).join(', ')})`, values };
}
