import { DeleteCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { deleteBatch, forEachConcurrently, inChunks, MAX_DELETES } from '../dynamodb/batches.ts';
import type { StoreDependencies } from '../dynamodb/client.ts';
import { conditionHeld, putIfAbsent, readItem } from '../dynamodb/conditional-writes.ts';
import { createIdempotencyRecords, type Idempotency } from '../dynamodb/idempotency.ts';
import type { Item } from '../dynamodb/item.ts';
import type { ItemKey } from '../dynamodb/keys.ts';
import { queryPage } from '../dynamodb/pages.ts';
import { ulidTime } from '../dynamodb/ulid.ts';
import { deleteExpected, updateExpected, type VersionPreconditions } from '../dynamodb/versions.ts';
import {
  todoKey,
  toItem,
  toOrigin,
  toQuery,
  toStartKey,
  toStatusCondition,
  toTodo,
  toUpdate,
} from './item.ts';
import {
  type Todo,
  type TodoChanges,
  type TodoCursor,
  type TodoFields,
  TodoNotFound,
  type TodoQuery,
  TodoVersionConflict,
} from './todo.ts';

export type TodoStore = ReturnType<typeof createTodoStore>;

export interface TodoPage {
  readonly todos: readonly Todo[];
  /** Where the next page starts; undefined on the last one. */
  readonly next: TodoCursor | undefined;
}

/**
 * All DynamoDB calls about todos. Each stays in the partition of one user and reads with strong consistency. Each
 * operation is a single call unless its comment says otherwise.
 */
export function createTodoStore({ client, tableName, now, newId }: StoreDependencies) {
  const idempotencyRecords = createIdempotencyRecords({ client, tableName, now, newId });

  async function get(userId: string, id: string): Promise<Todo> {
    const item = await readItem(client, tableName, todoKey(userId, id));
    if (!item) throw new TodoNotFound();
    return toTodo(userId, item);
  }

  const expectedWrite = (userId: string, id: string, preconditions: VersionPreconditions) => ({
    client,
    tableName,
    key: todoKey(userId, id),
    preconditions,
    NotFound: TodoNotFound,
    VersionConflict: TodoVersionConflict,
  });

  /** Lets no retry bring back a todo that is deleted. It costs a write only while the key of the todo is remembered. */
  async function settleKey(userId: string, item: Item): Promise<void> {
    const { id, createdAt, idempotencyKey } = toOrigin(item);
    if (idempotencyKey !== undefined && idempotencyRecords.isRemembered(createdAt))
      await idempotencyRecords.settle(userId, id, idempotencyKey);
  }

  return {
    /** @throws {TodoNotFound} */
    get,

    /** One page of the user's todos. */
    async list(userId: string, query: TodoQuery): Promise<TodoPage> {
      const { limit, after, completed, descending, orderBy } = query;
      const { items, hasNext } = await queryPage(
        client,
        {
          TableName: tableName,
          ...toQuery(userId, query),
          ...(after && { ExclusiveStartKey: toStartKey(userId, after, completed) }),
          ScanIndexForward: !descending,
        },
        limit,
      );
      const todos = items.map((item) => toTodo(userId, item));
      const last = hasNext ? todos.at(-1) : undefined;
      return {
        todos,
        next:
          last && (orderBy === 'date' ? { orderBy, id: last.id, date: last.date } : { orderBy, id: last.id }),
      };
    },

    /**
     * Writes a new todo. Its id is new, so an item that is there already was written by an earlier attempt of the
     * SDK. It is not written again, since somebody may have changed it meanwhile.
     */
    async create(userId: string, fields: TodoFields): Promise<Todo> {
      const todo = newTodo(userId, fields, newId(now()));
      await putIfAbsent(client, tableName, toItem(todo));
      return todo;
    },

    /**
     * Creates a todo at most once per idempotency key. Three writes.
     * @throws {IdempotencyKeyReusedError} when the key came with another body before
     * @throws {TodoNotFound} when its todo was deleted
     */
    async createOnce(userId: string, fields: TodoFields, idempotency: Idempotency): Promise<Todo> {
      const { id, isSettled } = await idempotencyRecords.claim(userId, idempotency);
      if (isSettled) return get(userId, id);

      const item = toItem(newTodo(userId, fields, id), idempotency.key);
      const stored = await putIfAbsent(client, tableName, item);
      await idempotencyRecords.settle(userId, id, idempotency.key);
      if (!stored) throw new TodoNotFound();
      return toTodo(userId, stored);
    },

    /**
     * Writes the given fields and leaves the others. It never creates a todo. A todo that has these fields already is
     * not written, so it keeps its version.
     * @throws {TodoNotFound} {@link TodoVersionConflict} when a precondition does not hold
     */
    async update(
      userId: string,
      id: string,
      changes: TodoChanges,
      preconditions: VersionPreconditions = {},
    ): Promise<Todo> {
      const updatedAt = now();
      const stamp = { updatedAt, writeId: newId(updatedAt) };
      const write = expectedWrite(userId, id, preconditions);
      const item = await updateExpected(write, toUpdate(id, changes, stamp));
      return toTodo(userId, item);
    },

    /**
     * Deletes a todo. A todo that was created with an idempotency key costs a second write while the key is remembered.
     * @throws {TodoNotFound} {@link TodoVersionConflict} when a precondition does not hold
     */
    async delete(userId: string, id: string, preconditions: VersionPreconditions = {}): Promise<void> {
      const item = await deleteExpected(expectedWrite(userId, id, preconditions));
      if (item) await settleKey(userId, item);
    },

    /**
     * Deletes all todos of the user, or those of one status: a Query for each page, and a call for each 25 todos. With
     * a status it is a call for each todo, because a batch has no conditions, and a todo whose status changes meanwhile
     * stays. A todo whose key is remembered costs one call more. If it is interrupted, it can be repeated.
     */
    async deleteAll(userId: string, completed: boolean | undefined): Promise<void> {
      const deleteSelected = (keys: readonly ItemKey[]) =>
        completed === undefined
          ? deleteBatch(client, tableName, keys)
          : forEachConcurrently(keys, (Key) => {
              const condition = toStatusCondition(completed);
              return conditionHeld(
                client.send(new DeleteCommand({ TableName: tableName, Key, ...condition })),
              );
            });
      const query = {
        TableName: tableName,
        ...toQuery(userId, { orderBy: 'created', completed, dateFrom: undefined, dateTo: undefined }),
        ProjectionExpression: 'pk, sk, idempotencyKey',
        ConsistentRead: true,
      };
      for await (const { Items = [] } of paginateQuery({ client }, query)) {
        for (const batch of inChunks(Items, MAX_DELETES)) {
          // A repeated request finds only todos that are left, so their keys go first. With a settled key, a retry of
          // the creation finds the todo if it stays, and does not create it again if it goes.
          await forEachConcurrently(batch, (item) => settleKey(userId, item));
          await deleteSelected(batch.map(({ pk, sk }) => ({ pk, sk })));
        }
      }
    },
  };
}

/** A todo in its first state. Its id has the time of creation. */
function newTodo(userId: string, fields: TodoFields, id: string): Todo {
  const createdAt = ulidTime(id);
  return { ...fields, id, userId, version: 1, createdAt, updatedAt: createdAt };
}
