import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { StoreDependencies } from '../../../functions/dynamodb/client.ts';
import { ulid } from '../../../functions/dynamodb/ulid.ts';
import { type RouteId, routes } from '../../../functions/routes.ts';
import { createTodoStore } from '../../../functions/todos/store.ts';
import { createDeletionSteps } from '../../../functions/users/deletion-steps.ts';
import { createLinkStore } from '../../../functions/users/links.ts';
import { userEtag } from '../../../functions/users/representation.ts';
import { createUserStore } from '../../../functions/users/store.ts';
import { AUTHORIZER_ID, bundleDir, SWEEP_ID } from '../../../infra/build/bundle.ts';
import { bundles } from '../../support/stack.ts';
import { TABLE } from '../environment.ts';
import { ISSUER, requestEvent, type Sender, signInEvent } from './events.ts';

/** What a measured process sends to its function. */
export interface MeasuredRequest {
  readonly event: unknown;
  /** What the function must return: the status of a response or the effect of a policy. The sweep returns nothing. */
  readonly expected: number | 'Allow' | null;
  readonly tableName: string;
  /** Checks what the function did to the data. @throws Error if it did something else */
  check?(): Promise<void>;
}

/** Makes the request of one sample for a function, with data that no other sample uses. */
export type RequestMaker = (functionId: string) => Promise<MeasuredRequest>;

/** The status of each route's response. A route that is not here has no data in the benchmark, and is not measured. */
const statuses: Readonly<Record<string, number>> = {
  listTodos: 200,
  createTodo: 201,
  clearTodos: 204,
  getTodo: 200,
  replaceTodo: 200,
  updateTodo: 200,
  deleteTodo: 204,
  getMe: 200,
  deleteMe: 204,
  getExport: 200,
  getRoot: 200,
  getOpenApi: 200,
  getDocs: 200,
  getDocsAsset: 200,
} satisfies Partial<Record<RouteId, number>>;

/** Whether the benchmark has a request for the function. */
export const isMeasured = (functionId: string) =>
  functionId === AUTHORIZER_ID || functionId === SWEEP_ID || Object.hasOwn(statuses, functionId);

/** A table for the sweep alone, because it finishes all deletions that it finds. */
const SWEPT_TABLE = 'swept-todos';
/** The tables that the requests need. */
export const tables = [TABLE, SWEPT_TABLE];

const TODOS = 10;
/** The script of the documentation page, the largest file that it loads. */
const isScript = (file: string) => /^swagger-ui\..*\.js$/.test(file);
/** Longer than the grace period of a deletion. */
const AN_HOUR_MS = 3_600_000;

/** @param client writes the data */
export function createRequests(client: DynamoDBDocumentClient): RequestMaker {
  const now = dependencies(client, TABLE, Date.now);
  const before = dependencies(client, SWEPT_TABLE, () => Date.now() - AN_HOUR_MS);

  return async (functionId) => {
    if (functionId === AUTHORIZER_ID) {
      return { event: signInEvent(await addUser(now)), expected: 'Allow', tableName: TABLE };
    }
    if (functionId === SWEEP_ID) {
      const { userId } = await addUser(before);
      await beginDeletion(before, userId);
      return {
        event: {},
        expected: null,
        tableName: SWEPT_TABLE,
        check: () => expectForgotten(before, userId),
      };
    }
    const route = routes.find(({ id }) => id === functionId);
    const expected = statuses[functionId];
    if (route === undefined || expected === undefined)
      throw new Error(`There is no request for ${functionId}.`);
    const sender = await addUser(now);
    const headers = functionId === 'deleteMe' ? { 'If-Match': await etagOf(now, sender.userId) } : {};
    const pathParameters = functionId === 'getDocsAsset' ? { asset: findScript() } : {};
    return { event: requestEvent(route, { sender, headers, pathParameters }), expected, tableName: TABLE };
  };
}

function dependencies(
  client: DynamoDBDocumentClient,
  tableName: string,
  now: () => number,
): StoreDependencies {
  return { client, tableName, now, newId: ulid };
}

let users = 0;

/** Adds a user who has signed in and has some todos. */
async function addUser(store: StoreDependencies): Promise<Sender> {
  users += 1;
  const subject = `auth0|user-${users}`;
  const email = `user-${users}@example.com`;
  const time = store.now();
  const address = { email, isVerified: true, seenAt: time };
  const user = await createLinkStore(store, 'verified-email').signIn(
    { issuer: ISSUER, subject },
    address,
    time,
  );
  if (user === undefined) throw new Error(`${subject} could not sign in.`);
  const todos = createTodoStore(store);
  const fields = { title: 'Buy milk', date: '2026-06-15', completed: false, order: null };
  const [todo] = await Promise.all(Array.from({ length: TODOS }, () => todos.create(user.userId, fields)));
  return { userId: user.userId, subject, email, todoId: todo?.id ?? '' };
}

async function etagOf(store: StoreDependencies, userId: string): Promise<string> {
  return userEtag(await createUserStore(store).get(userId));
}

/** What `DELETE /me` does before its function is interrupted. */
async function beginDeletion(store: StoreDependencies, userId: string): Promise<void> {
  const steps = createDeletionSteps(store);
  const deleted = await steps.commit(await createUserStore(store).get(userId));
  if (deleted === undefined) throw new Error(`The user ${userId} could not be deleted.`);
  await steps.unlink(deleted);
}

async function expectForgotten(store: StoreDependencies, userId: string): Promise<void> {
  for await (const record of createDeletionSteps(store).records()) {
    throw new Error(`The sweep left the deletion of ${record.userId}.`);
  }
  const user = await createUserStore(store).findAlsoDeleted(userId);
  if (user !== undefined) throw new Error(`The sweep left the profile of ${userId}.`);
}

function findScript(): string {
  const script = readdirSync(join(bundleDir(bundles(), 'getDocsAsset'), 'assets')).find(isScript);
  if (script === undefined) throw new Error('The documentation page has no script.');
  return script;
}
