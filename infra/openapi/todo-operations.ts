import { exampleProblem } from './example-problem.ts';
import { exampleFields, exampleTodo } from './example-todo.ts';
import type { Exchange, OperationDetails, SuccessResponse } from './operation.ts';

const todoResponse = (description: string): SuccessResponse => ({
  description,
  headers: ['ETag'],
});

const stale: Exchange = {
  summary: 'The todo has changed',
  headers: { 'If-Match': '"7"' },
  status: 412,
  response: exampleProblem('stale_version', 'The todo has changed: its ETag is not one of If-Match.'),
};

const unknown: Exchange = {
  summary: 'No todo of yours has this id',
  path: { id: '01ARZ3NDEKTSV4RRFFQ69G5FAV' },
  status: 404,
  response: exampleProblem('not_found', 'There is no such todo.'),
};

const invalid: Exchange = {
  summary: 'All errors of a body at once',
  body: { title: ' ', date: '2026-02-30' },
  status: 400,
  response: exampleProblem('invalid_request', 'The body is invalid.', {
    title: ['must not be blank'],
    date: ['must be a calendar day as YYYY-MM-DD'],
  }),
};

/** What the document says of the routes under `/todo` beyond the route table. */
export const todoOperations = {
  listTodos: {
    description:
      'A page is full as long as enough todos pass the filters. Every page costs the same, however long the list is.',
    responses: {
      200: {
        description: 'A page of your todos.',
        optionalHeaders: ['Link'],
      },
    },
    problems: [400],
    examples: {
      open: {
        summary: 'The open todos, the latest day first',
        query: { completed: 'false', ordering: '-date' },
        status: 200,
        response: [exampleTodo],
      },
      'bad-limit': {
        summary: 'An invalid parameter',
        query: { limit: '1000' },
        status: 400,
        response: exampleProblem('invalid_request', 'The query is invalid.', {
          limit: ['must be a whole number from 1 to 200'],
        }),
      },
      'no-token': {
        summary: 'No token',
        anonymous: true,
        status: 401,
        response: exampleProblem(
          'token_required',
          'A valid access token is needed, sent as Authorization: Bearer <token>.',
        ),
      },
    },
  },
  createTodo: {
    description: 'Other members than those below belong to the server and are ignored.',
    responses: { 201: { ...todoResponse('The new todo.'), headers: ['ETag', 'Location'] } },
    // A repeated request whose todo was deleted meanwhile gets the response to a read of it.
    problems: [404],
    examples: {
      full: { summary: 'Every field', body: exampleFields, status: 201, response: exampleTodo },
      once: {
        summary: 'Safe to send again',
        headers: { 'Idempotency-Key': '8e03978e-40d5-43e8-bc93-6894a57f9324' },
        body: { title: 'Buy milk', date: '2026-12-24' },
        status: 201,
        response: exampleTodo,
      },
      invalid,
    },
  },
  clearTodos: {
    description:
      'A list of thousands of todos may take longer than one request. The response is then a 503 or 504. Send the same request again to continue.',
    responses: { 204: { description: 'The todos are deleted.' } },
    problems: [400],
    examples: {
      completed: { summary: 'Delete the completed todos', query: { completed: 'true' }, status: 204 },
    },
  },
  getTodo: {
    description:
      'Send the `ETag` in `If-Match` when you change or delete the todo. Then you overwrite no change of another client.',
    responses: { 200: todoResponse('The todo.') },
    examples: {
      todo: { summary: 'A todo', status: 200, response: exampleTodo },
      unchanged: {
        summary: 'You have the current version',
        headers: { 'If-None-Match': '"1"' },
        status: 304,
      },
      unknown,
    },
  },
  replaceTodo: {
    description: 'A field that the body leaves out gets its default. This operation never creates a todo.',
    responses: { 200: todoResponse('The changed todo.') },
    examples: {
      replaced: {
        summary: 'Replace every field',
        headers: { 'If-Match': '"1"' },
        body: { title: 'Buy oat milk', date: '2026-12-23' },
        status: 200,
        response: { ...exampleTodo, title: 'Buy oat milk', date: '2026-12-23' },
      },
      invalid,
      stale: { ...stale, body: { title: 'Buy oat milk' } },
    },
  },
  updateTodo: {
    description: 'A field that the body leaves out stays as it is. This operation never creates a todo.',
    responses: { 200: todoResponse('The changed todo.') },
    examples: {
      done: {
        summary: 'Complete the todo',
        headers: { 'If-Match': '"1"' },
        body: { completed: true },
        status: 200,
        response: { ...exampleTodo, completed: true },
      },
      invalid,
      stale: { ...stale, body: { completed: true } },
    },
  },
  deleteTodo: {
    description: 'A deleted todo cannot be restored.',
    responses: { 204: { description: 'The todo is deleted.' } },
    examples: {
      deleted: {
        summary: 'Delete the todo unless it has changed',
        headers: { 'If-Match': '"1"' },
        status: 204,
      },
      stale,
    },
  },
} as const satisfies Record<string, OperationDetails>;
