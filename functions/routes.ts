import { redirectQuery } from './docs/description.ts';
import { exportQuery } from './export/description.ts';
import type { BodySchema, DescribedSchema, NamedSchema } from './http/schema.ts';
import type { Scope } from './product.ts';
import type { IndexName } from './table.ts';
import { clearQuery, listQuery, newTodo, todo, todoChanges } from './todos/description.ts';
import { user } from './users/description.ts';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The actions of DynamoDB that a function may call. */
export const tableActions = [
  'GetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'Query',
  'BatchGetItem',
  'BatchWriteItem',
] as const;

export type TableAction = (typeof tableActions)[number];

/** The request headers that a route can evaluate. A write refuses the others. */
export type EvaluatedHeader = 'If-Match' | 'If-None-Match' | 'Idempotency-Key';

/** The names of the parameters in a path, such as `id` in `/todo/{id}`. */
type PathParameter<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParameter<Rest>
  : never;

/** A route: what a client calls, and the function that responds. */
export interface Route {
  /** Names the function and the OpenAPI operation. */
  readonly id: string;
  readonly method: HttpMethod;
  readonly path: string;
  /** The module that exports `handler`, relative to this folder. */
  readonly entry: string;
  /** The scope that a token needs where scopes are required; undefined for a route that every user may call. */
  readonly scope: Scope | undefined;
  /** Set on a route that anybody may call. It has no authorizer, and so no caller. */
  readonly public?: true;
  /** What the route does with the table. The function is granted these actions and no others. */
  readonly actions: readonly TableAction[];
  /** The indexes that the route queries. */
  readonly indexes?: readonly IndexName[];
  /**
   * How long the route may take, where the default is too short. Each of its calls of DynamoDB can use up its
   * attempts, and the client still gets a 503. API Gateway waits for 29 seconds at most.
   */
  readonly timeoutSeconds?: number;
  /** Set on a route that may work until its timeout, on many items. It gets a tenth of the stage's throttle. */
  readonly slow?: true;
  /** The group of operations in the API description. */
  readonly tag: Tag;
  /** What the route does, in one sentence. */
  readonly summary: string;
  /** A description of each parameter in the path. */
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly query?: DescribedSchema;
  /** The JSON body that the route takes. */
  readonly body?: BodySchema;
  readonly headers?: readonly EvaluatedHeader[];
  /** The representation that a success shows. */
  readonly shows?: NamedSchema;
  /** The representation of each item on the page that a success shows. */
  readonly lists?: NamedSchema;
  /** The part of the API that a setting of the deployment leaves out. */
  readonly partOf?: 'docs';
}

/** The groups of operations, in their order on the docs page. */
export const tags = [
  { name: 'Todos', description: 'Your todos. Nobody else sees them.' },
  { name: 'You', description: 'Your account.' },
  { name: 'Documentation', description: 'This description of the API, for machines and for people.' },
] as const;

export type Tag = (typeof tags)[number]['name'];

const todoId = { id: 'The id of one of your todos.' };

const table = [
  define({
    id: 'listTodos',
    method: 'GET',
    path: '/todo',
    entry: 'todos/list.ts',
    scope: 'read:todos',
    actions: ['Query'],
    indexes: ['byDay', 'byStatus', 'byStatusAndDay'],
    tag: 'Todos',
    summary: 'List your todos, one page at a time.',
    query: listQuery,
    lists: todo,
  }),
  define({
    id: 'createTodo',
    method: 'POST',
    path: '/todo',
    entry: 'todos/create.ts',
    scope: 'write:todos',
    actions: ['PutItem', 'GetItem', 'UpdateItem'],
    timeoutSeconds: 27,
    tag: 'Todos',
    summary: 'Create a todo. With an Idempotency-Key, create it at most once.',
    body: newTodo,
    headers: ['Idempotency-Key'],
    shows: todo,
  }),
  define({
    id: 'clearTodos',
    method: 'DELETE',
    path: '/todo',
    entry: 'todos/clear.ts',
    scope: 'write:todos',
    actions: ['Query', 'BatchWriteItem', 'DeleteItem', 'UpdateItem'],
    indexes: ['byStatus'],
    timeoutSeconds: 29,
    slow: true,
    tag: 'Todos',
    summary: 'Delete all your todos, or only the completed or the open ones.',
    query: clearQuery,
  }),
  define({
    id: 'getTodo',
    method: 'GET',
    path: '/todo/{id}',
    entry: 'todos/get.ts',
    scope: 'read:todos',
    actions: ['GetItem'],
    tag: 'Todos',
    summary: 'Get a todo.',
    pathParameters: todoId,
    headers: ['If-Match', 'If-None-Match'],
    shows: todo,
  }),
  define({
    id: 'replaceTodo',
    method: 'PUT',
    path: '/todo/{id}',
    entry: 'todos/replace.ts',
    scope: 'write:todos',
    actions: ['UpdateItem', 'GetItem'],
    timeoutSeconds: 12,
    tag: 'Todos',
    summary: 'Replace a todo.',
    pathParameters: todoId,
    body: newTodo,
    headers: ['If-Match', 'If-None-Match'],
    shows: todo,
  }),
  define({
    id: 'updateTodo',
    method: 'PATCH',
    path: '/todo/{id}',
    entry: 'todos/update.ts',
    scope: 'write:todos',
    actions: ['UpdateItem', 'GetItem'],
    timeoutSeconds: 12,
    tag: 'Todos',
    summary: 'Change some fields of a todo.',
    pathParameters: todoId,
    body: todoChanges,
    headers: ['If-Match', 'If-None-Match'],
    shows: todo,
  }),
  define({
    id: 'deleteTodo',
    method: 'DELETE',
    path: '/todo/{id}',
    entry: 'todos/delete.ts',
    scope: 'write:todos',
    actions: ['DeleteItem', 'GetItem', 'UpdateItem'],
    timeoutSeconds: 17,
    tag: 'Todos',
    summary: 'Delete a todo.',
    pathParameters: todoId,
    headers: ['If-Match', 'If-None-Match'],
  }),
  define({
    id: 'getMe',
    method: 'GET',
    path: '/me',
    entry: 'users/get.ts',
    scope: undefined,
    actions: ['GetItem'],
    tag: 'You',
    summary: 'Show who you are, with the identities linked to you.',
    headers: ['If-Match', 'If-None-Match'],
    shows: user,
  }),
  define({
    id: 'deleteMe',
    method: 'DELETE',
    path: '/me',
    entry: 'users/delete.ts',
    scope: 'write:todos',
    actions: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'BatchWriteItem'],
    timeoutSeconds: 29,
    slow: true,
    tag: 'You',
    summary: 'Delete yourself, with everything that is stored about you.',
    headers: ['If-Match', 'If-None-Match'],
  }),
  define({
    id: 'getExport',
    method: 'GET',
    path: '/me/export',
    entry: 'export/get.ts',
    scope: 'read:todos',
    actions: ['GetItem', 'Query', 'BatchGetItem'],
    timeoutSeconds: 28,
    tag: 'You',
    summary: 'Get everything that is stored about you, one page at a time.',
    query: exportQuery,
  }),
  define({
    id: 'getRoot',
    method: 'GET',
    path: '/',
    entry: 'docs/root.ts',
    scope: undefined,
    public: true,
    actions: [],
    tag: 'Documentation',
    summary: 'Find this API, its description and its page.',
    headers: ['If-Match', 'If-None-Match'],
  }),
  define({
    id: 'getOpenApi',
    method: 'GET',
    path: '/openapi.json',
    entry: 'docs/openapi.ts',
    scope: undefined,
    public: true,
    actions: [],
    partOf: 'docs',
    tag: 'Documentation',
    summary: 'Describe this API as OpenAPI 3.1.',
    headers: ['If-Match', 'If-None-Match'],
  }),
  define({
    id: 'getDocs',
    method: 'GET',
    path: '/docs',
    entry: 'docs/page.ts',
    scope: undefined,
    public: true,
    actions: [],
    partOf: 'docs',
    tag: 'Documentation',
    summary: 'Show a page on which you can try the API.',
    headers: ['If-Match', 'If-None-Match'],
  }),
  define({
    id: 'getDocsAsset',
    method: 'GET',
    path: '/docs/{asset}',
    entry: 'docs/asset.ts',
    scope: undefined,
    public: true,
    actions: [],
    partOf: 'docs',
    tag: 'Documentation',
    summary: 'Get a file that the page loads.',
    pathParameters: { asset: 'The name of the file, as the page has it.' },
    query: redirectQuery,
    headers: ['If-Match', 'If-None-Match'],
  }),
];

/** The ids of all routes. */
export type RouteId = (typeof table)[number]['id'];

/** Every route of the API. The infrastructure, the API description and the tests loop over it. No handler knows it. */
export const routes: readonly (Route & { readonly id: RouteId })[] = table;

/** Declares a route. It does not compile until each parameter in the path has a description. */
function define<const Id extends string, const Path extends string>(
  route: Omit<Route, 'pathParameters'> & { readonly id: Id; readonly path: Path } & ([
      PathParameter<Path>,
    ] extends [never]
      ? { readonly pathParameters?: never }
      : { readonly pathParameters: Readonly<Record<PathParameter<Path>, string>> }),
): Route & { readonly id: Id } {
  return route;
}
