import type { IndexName } from './dynamodb/table.ts';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The actions of DynamoDB that a route sends. */
export type TableAction = 'GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'Query';

/** A route: what a client calls, and the function that answers it. */
export interface Route {
  /** Names the function and the OpenAPI operation. */
  readonly id: string;
  readonly method: HttpMethod;
  readonly path: string;
  /** The module that exports `handler`, relative to this folder. */
  readonly entry: string;
  /** What a token must allow, where scopes are required; undefined for a route that any user may call. */
  readonly scope: 'read:todos' | 'write:todos' | undefined;
  /** Set on a route that anybody may call: no authorizer stands before it, and so it has no caller. */
  readonly public?: true;
  /** What it does on the table itself. */
  readonly actions: readonly TableAction[];
  /** The indexes that it queries, too. */
  readonly indexes?: readonly IndexName[];
  /**
   * How long the route may take, where it is not the usual time: so long that each of its calls to DynamoDB can use
   * up its attempts, and the client still gets a 503. 29 is the most that API Gateway waits.
   */
  readonly timeoutSeconds?: number;
  readonly summary: string;
  /** The part of the API that a setting of the deployment leaves out. */
  readonly partOf?: 'docs';
}

const table = [
  {
    id: 'listTodos',
    method: 'GET',
    path: '/todo',
    entry: 'todos/list.ts',
    scope: 'read:todos',
    actions: ['Query'],
    indexes: ['byDay', 'byStatus', 'byStatusAndDay'],
    summary: 'List your todos, a page at a time.',
  },
  {
    id: 'createTodo',
    method: 'POST',
    path: '/todo',
    entry: 'todos/create.ts',
    scope: 'write:todos',
    actions: ['PutItem', 'GetItem', 'UpdateItem'],
    timeoutSeconds: 27,
    summary: 'Create a todo; with an Idempotency-Key, at most once.',
  },
  {
    id: 'clearTodos',
    method: 'DELETE',
    path: '/todo',
    entry: 'todos/clear.ts',
    scope: 'write:todos',
    actions: ['Query', 'DeleteItem', 'UpdateItem'],
    indexes: ['byStatus'],
    timeoutSeconds: 29,
    summary: 'Delete all your todos, or only the completed or the open ones.',
  },
  {
    id: 'getTodo',
    method: 'GET',
    path: '/todo/{id}',
    entry: 'todos/get.ts',
    scope: 'read:todos',
    actions: ['GetItem'],
    summary: 'Get a todo.',
  },
  {
    id: 'replaceTodo',
    method: 'PUT',
    path: '/todo/{id}',
    entry: 'todos/replace.ts',
    scope: 'write:todos',
    actions: ['UpdateItem', 'GetItem'],
    timeoutSeconds: 12,
    summary: 'Replace a todo.',
  },
  {
    id: 'updateTodo',
    method: 'PATCH',
    path: '/todo/{id}',
    entry: 'todos/update.ts',
    scope: 'write:todos',
    actions: ['UpdateItem', 'GetItem'],
    timeoutSeconds: 12,
    summary: 'Change some fields of a todo.',
  },
  {
    id: 'deleteTodo',
    method: 'DELETE',
    path: '/todo/{id}',
    entry: 'todos/delete.ts',
    scope: 'write:todos',
    actions: ['DeleteItem', 'GetItem', 'UpdateItem'],
    timeoutSeconds: 17,
    summary: 'Delete a todo.',
  },
  {
    id: 'getMe',
    method: 'GET',
    path: '/me',
    entry: 'users/me.ts',
    scope: undefined,
    actions: ['GetItem'],
    summary: 'Show who you are, with the identities linked to you.',
  },
  {
    id: 'deleteMe',
    method: 'DELETE',
    path: '/me',
    entry: 'users/delete.ts',
    scope: 'write:todos',
    actions: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'],
    timeoutSeconds: 29,
    summary: 'Delete yourself, with all todos and linked identities.',
  },
  {
    id: 'getExport',
    method: 'GET',
    path: '/me/export',
    entry: 'users/export.ts',
    scope: 'read:todos',
    actions: ['GetItem', 'Query'],
    summary: 'Get all that is stored about you, a page at a time.',
  },
  {
    id: 'getOpenApi',
    method: 'GET',
    path: '/openapi.json',
    entry: 'docs/openapi.ts',
    scope: undefined,
    public: true,
    actions: [],
    partOf: 'docs',
    summary: 'Describe this API as OpenAPI 3.1.',
  },
  {
    id: 'getDocs',
    method: 'GET',
    path: '/docs',
    entry: 'docs/page.ts',
    scope: undefined,
    public: true,
    actions: [],
    partOf: 'docs',
    summary: 'Show the API on a page, to try it in.',
  },
  {
    id: 'getDocsAsset',
    method: 'GET',
    path: '/docs/{asset}',
    entry: 'docs/asset.ts',
    scope: undefined,
    public: true,
    actions: [],
    partOf: 'docs',
    summary: 'Get a file that the page loads.',
  },
] as const satisfies readonly Route[];

/** The ids of all routes, so that a record of them misses none. */
export type RouteId = (typeof table)[number]['id'];

/** Every route of the API. The infrastructure loops over it; handlers do not know it. */
export const routes: readonly (Route & { readonly id: RouteId })[] = table;
