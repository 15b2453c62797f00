import type { AccountRepresentation } from '../../functions/export/description.ts';
import { exporters } from '../../functions/export/exporters.ts';
import { exampleProblem } from './example-problem.ts';
import { exampleTodo } from './example-todo.ts';
import type { OperationDetails } from './operation.ts';

const exampleUser = {
  id: exampleTodo.user,
  email: 'alice@example.com',
  created_at: '2026-11-24T12:00:00.000Z',
  identities: [{ issuer: 'https://your-tenant.eu.auth0.com/', subject: 'auth0|64f0c0de00000000000000a1' }],
};

const exampleAccount: AccountRepresentation = {
  identities: exampleUser.identities.map((identity) => ({
    ...identity,
    email: exampleUser.email,
    email_verified: true,
    checked_at: exampleUser.created_at,
    asked_at: null,
    former_user_deleted_at: null,
  })),
  addresses: [{ email: exampleUser.email, is_owned: true, released_at: null }],
  blocked_at: null,
  deletion_requested_at: null,
};

/** The lists of an export of a user who has nothing. */
const emptyLists = Object.fromEntries(
  Object.values(exporters).flatMap((exporter) => (exporter.kind === 'list' ? [[exporter.member, []]] : [])),
);

/** What the document says of the routes under `/me` beyond the route table. */
export const userOperations = {
  getMe: {
    description: 'Your first request to this API created the user.',
    responses: {
      200: {
        description: 'You.',
        headers: ['ETag'],
      },
    },
    problems: [404],
    examples: { you: { summary: 'Who you are', status: 200, response: exampleUser } },
  },
  deleteMe: {
    description:
      'Send the `ETag` of `GET /me` in `If-Match`. If the request was interrupted, or the response was lost, send the same request again. It finishes the deletion. It never deletes the new user that you become when you sign in again. A token that was issued before the deletion is refused from then on. Your token can still read and write for some minutes. Nobody else sees what it writes, and it is deleted.',
    responses: {
      202: {
        description: 'You are deleted. You had thousands of items: the rest of them is deleted within hours.',
      },
      204: {
        description:
          'You are deleted, with everything that was stored about you. The time of the deletion stays with your identities at the issuer for 30 days, so that older tokens are refused.',
      },
    },
    problems: [404, 428],
    examples: {
      unnamed: {
        summary: 'Without the ETag',
        status: 428,
        response: exampleProblem('precondition_required', 'If-Match must have the ETag of GET /me.'),
      },
      stale: {
        summary: 'The user has changed, or is a new one',
        headers: { 'If-Match': '"of-somebody-else"' },
        status: 412,
        response: exampleProblem('stale_version', 'The user has changed: its ETag is not one of If-Match.'),
      },
    },
  },
  getExport: {
    description:
      'The export comes in pages. Each page has the same form, with some of the items. Follow `Link` to the last page and join the lists. Each page shows the state at the time of its request. It leaves out what only orders the writes: versions, revisions and ids of writes. The log lines with your user id are not in it either, and are deleted after some weeks.',
    responses: {
      200: {
        description: 'The user, and a page of the items.',
        content: { 'application/json': { schema: 'Export' } },
        optionalHeaders: ['Link'],
      },
    },
    problems: [400, 404],
    examples: {
      all: {
        summary: 'Everything on one page',
        status: 200,
        response: {
          user: exampleUser,
          account: exampleAccount,
          ...emptyLists,
          todos: [exampleTodo],
        },
      },
    },
  },
} as const satisfies Record<string, OperationDetails>;
