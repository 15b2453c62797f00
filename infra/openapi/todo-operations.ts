import { exampleFields, exampleProblem, exampleTodo } from './example-todo.ts';
import type { Answer, Exchange, Operation } from './operation.ts';
import { clearQuery, listQuery } from './query-parameters.ts';

const todoAnswer = (description: string): Answer => ({
  description,
  content: { 'application/json': { schema: 'Todo' } },
  headers: ['ETag'],
});

const stale: Exchange = {
  summary: 'It has changed meanwhile',
  headers: { 'If-Match': '"7"' },
  status: 412,
  answer: {
    ...exampleProblem,
    title: 'Precondition Failed',
    status: 412,
    detail: 'The todo has changed: its ETag is not one of If-Match.',
  },
};

const unknown: Exchange = {
  summary: 'There is none with this id, or it is another user’s',
  path: { id: '01ARZ3NDEKTSV4RRFFQ69G5FAV' },
  status: 404,
  answer: { ...exampleProblem, title: 'Not Found', status: 404, detail: 'There is no such todo.' },
};

const invalid: Exchange = {
  summary: 'All faults of a body at once',
  body: { title: ' ', date: '2026-02-30' },
  status: 400,
  answer: {
    ...exampleProblem,
    title: 'Bad Request',
    status: 400,
    detail: 'The body is invalid.',
    errors: { title: ['must not be blank'], date: ['must be a calendar day as YYYY-MM-DD'] },
  },
};

/** What the document says of the routes under `/todo`. */
export const todoOperations = {
  listTodos: {
    tag: 'Todos',
    description:
      'Filters fill whole pages: a page is as long as `limit`, as long as there are so many. Every page costs the same, however long the list is.',
    query: listQuery,
    answers: {
      200: {
        description: 'A page of your todos.',
        content: { 'application/json': { schema: 'Todos' } },
        optionalHeaders: ['Link'],
      },
    },
    problems: [400],
    examples: {
      open: {
        summary: 'The open ones, the latest day first',
        query: { completed: 'false', ordering: '-date' },
        status: 200,
        answer: [exampleTodo],
      },
      'bad-limit': {
        summary: 'A parameter that is invalid',
        query: { limit: '1000' },
        status: 400,
        answer: {
          ...exampleProblem,
          title: 'Bad Request',
          status: 400,
          detail: 'The query is invalid.',
          errors: { limit: ['must be a whole number from 1 to 200'] },
        },
      },
      'no-token': {
        summary: 'No token',
        anonymous: true,
        status: 401,
        answer: {
          ...exampleProblem,
          title: 'Unauthorized',
          status: 401,
          detail: 'A valid access token is needed, sent as Authorization: Bearer <token>.',
        },
      },
    },
  },
  createTodo: {
    tag: 'Todos',
    description: 'Members other than those below are the server’s, and ignored.',
    headers: ['Idempotency-Key'],
    body: 'NewTodo',
    answers: { 201: { ...todoAnswer('The new todo.'), headers: ['ETag', 'Location'] } },
    // Once the todo was deleted, a repeated request is answered like a read of it.
    problems: [404],
    examples: {
      full: { summary: 'All that can be said', body: exampleFields, status: 201, answer: exampleTodo },
      once: {
        summary: 'Safe to send again',
        headers: { 'Idempotency-Key': '8e03978e-40d5-43e8-bc93-6894a57f9324' },
        body: { title: 'Buy milk', date: '2026-12-24' },
        status: 201,
        answer: exampleTodo,
      },
      invalid,
    },
  },
  clearTodos: {
    tag: 'Todos',
    description:
      'A list of thousands may take longer than one request may: the answer is then a 503 or 504, and the same request goes on.',
    query: clearQuery,
    answers: { 204: { description: 'They are gone.' } },
    problems: [400],
    examples: {
      completed: { summary: 'Clear what is done', query: { completed: 'true' }, status: 204 },
    },
  },
  getTodo: {
    tag: 'Todos',
    headers: ['If-None-Match'],
    answers: { 200: todoAnswer('The todo.') },
    examples: {
      todo: { summary: 'A todo', status: 200, answer: exampleTodo },
      unchanged: { summary: 'You have it already', headers: { 'If-None-Match': '"1"' }, status: 304 },
      unknown,
    },
  },
  replaceTodo: {
    tag: 'Todos',
    description: 'What the body leaves out gets its default. A todo is never created by this.',
    headers: ['If-Match'],
    body: 'NewTodo',
    answers: { 200: todoAnswer('The todo as it is now.') },
    examples: {
      replaced: {
        summary: 'Another todo in its place',
        headers: { 'If-Match': '"1"' },
        body: { title: 'Buy oat milk', date: '2026-12-23' },
        status: 200,
        answer: { ...exampleTodo, title: 'Buy oat milk', date: '2026-12-23' },
      },
      invalid,
      stale: { ...stale, body: { title: 'Buy oat milk' } },
    },
  },
  updateTodo: {
    tag: 'Todos',
    description: 'What the body leaves out stays as it is. A todo is never created by this.',
    headers: ['If-Match'],
    body: 'TodoChanges',
    answers: { 200: todoAnswer('The todo as it is now.') },
    examples: {
      done: {
        summary: 'It is done',
        headers: { 'If-Match': '"1"' },
        body: { completed: true },
        status: 200,
        answer: { ...exampleTodo, completed: true },
      },
      invalid,
      stale: { ...stale, body: { completed: true } },
    },
  },
  deleteTodo: {
    tag: 'Todos',
    headers: ['If-Match'],
    answers: { 204: { description: 'It is gone.' } },
    examples: {
      deleted: { summary: 'Delete it, unless it has changed', headers: { 'If-Match': '"1"' }, status: 204 },
      stale,
    },
  },
} as const satisfies Record<string, Operation>;
