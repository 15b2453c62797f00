import { exampleProblem, exampleTodo } from './example-todo.ts';
import type { Operation } from './operation.ts';
import { exportQuery } from './query-parameters.ts';

const exampleUser = {
  id: exampleTodo.user,
  email: 'alice@example.com',
  created_at: '2026-11-24T12:00:00.000Z',
  identities: [{ issuer: 'https://your-tenant.eu.auth0.com/', subject: 'auth0|64f0c0de00000000000000a1' }],
};

/** What the document says of the routes under `/me`. */
export const userOperations = {
  getMe: {
    tag: 'You',
    headers: ['If-None-Match'],
    answers: {
      200: {
        description: 'You.',
        content: { 'application/json': { schema: 'User' } },
        headers: ['ETag'],
      },
    },
    problems: [404],
    examples: { you: { summary: 'Who you are', status: 200, answer: exampleUser } },
  },
  deleteMe: {
    tag: 'You',
    description:
      'Name the user whom you mean by the `ETag` of `GET /me` in `If-Match`. Interrupted, or if the answer was lost, send the same request again: it is finished, and it never deletes the user that you become when you sign in again. What a token can still do for some minutes is seen by nobody else, and not kept.',
    headers: ['If-Match'],
    answers: {
      202: {
        description:
          'You are deleted. There were very many todos: what is left of them is removed by the hour.',
      },
      204: { description: 'You are deleted, with all your todos.' },
    },
    problems: [404, 428],
    examples: {
      unnamed: {
        summary: 'Without the ETag',
        status: 428,
        answer: {
          ...exampleProblem,
          title: 'Precondition Required',
          status: 428,
          detail: 'If-Match must have the ETag of GET /me.',
        },
      },
      stale: {
        summary: 'You have changed, or are somebody new',
        headers: { 'If-Match': '"of-somebody-else"' },
        status: 412,
        answer: {
          ...exampleProblem,
          title: 'Precondition Failed',
          status: 412,
          detail: 'The user has changed: its ETag is not one of If-Match.',
        },
      },
    },
  },
  getExport: {
    tag: 'You',
    description:
      'Comes in pages, each a document of the same form with some of the todos: follow `Link` to the end, and put the lists together. Each page is as things are when it is asked for.',
    query: exportQuery,
    answers: {
      200: {
        description: 'You, and a page of your todos.',
        content: { 'application/json': { schema: 'Export' } },
        optionalHeaders: ['Link'],
      },
    },
    problems: [400, 404],
    examples: {
      all: { summary: 'All of it', status: 200, answer: { user: exampleUser, todos: [exampleTodo] } },
    },
  },
} as const satisfies Record<string, Operation>;
