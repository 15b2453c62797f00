import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ulid } from '../../../functions/dynamodb/ulid.ts';
import { createTodoStore } from '../../../functions/todos/store.ts';
import type { TodoFields, TodoQuery } from '../../../functions/todos/todo.ts';
import { allTodos } from '../../support/todos.ts';
import { FEW, RANGE, USER_ID } from './data.ts';

const newTodo: TodoFields = { title: 'Buy milk', date: '2026-06-10', completed: false, order: null };

const anyTodo: TodoQuery = { ...allTodos, limit: FEW };

/** The measured pages. Each shows the same number of todos, for every size of the table. */
export const pages: Readonly<Record<string, TodoQuery>> = {
  'list: first page': anyTodo,
  'list: newest first': { ...anyTodo, descending: true },
  'list: open ones, nearly all': { ...anyTodo, completed: false },
  'list: completed ones, few of many': { ...anyTodo, completed: true },
  'list: date range, few of many': { ...anyTodo, ...RANGE, orderBy: 'date' },
  'list: completed and date range': { ...anyTodo, completed: true, ...RANGE, orderBy: 'date' },
};

export interface Measured {
  /** Milliseconds from the call of the store to its result. */
  readonly latency: number;
  /** Capacity units of all calls of the operation, as the engine counts them. */
  readonly units: number;
}

export type Operations = Readonly<Record<string, () => Promise<Measured>>>;

/**
 * Creates the operations of the store. Each returns its latency and its consumed capacity.
 * @param client used by these operations only; this function adds a middleware that requests the consumed capacity
 */
export async function createOperations(
  client: DynamoDBDocumentClient,
  tableName: string,
): Promise<Operations> {
  let units = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next({
        ...args,
        input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } as never,
      });
      const { ConsumedCapacity } = result.output as { ConsumedCapacity?: { CapacityUnits?: number } };
      units += ConsumedCapacity?.CapacityUnits ?? 0;
      return result;
    },
    { step: 'initialize' },
  );
  const store = createTodoStore({ client, tableName, now: Date.now, newId: ulid });
  const measure = async <Result>(call: () => Promise<Result>) => {
    units = 0;
    const start = performance.now();
    const result = await call();
    return { result, latency: performance.now() - start, units };
  };

  const some = (await store.list(USER_ID, anyTodo)).todos.at(-1);
  if (!some) throw new Error('the measured user has no todo');
  const list = async (query: TodoQuery): Promise<Measured> => {
    const { result, ...measured } = await measure(() => store.list(USER_ID, query));
    if (result.todos.length !== FEW) throw new Error(`the page has ${result.todos.length} todos`);
    return measured;
  };
  return {
    ...Object.fromEntries(Object.entries(pages).map(([name, query]) => [name, () => list(query)])),
    get: async () => await measure(() => store.get(USER_ID, some.id)),
    create: async () => {
      const { result, ...measured } = await measure(() => store.create(USER_ID, newTodo));
      // Without the delete, the list would grow during the measurement.
      await store.delete(USER_ID, result.id);
      return measured;
    },
    'update: complete one': async () => {
      const { id } = await store.create(USER_ID, newTodo);
      const { result, ...measured } = await measure(() => store.update(USER_ID, id, { completed: true }));
      await store.delete(USER_ID, result.id);
      return measured;
    },
  };
}
