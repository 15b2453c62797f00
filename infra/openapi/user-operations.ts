import type { Operation } from './operation.ts';

/** What the document says of the routes under `/me`. */
export const userOperations = {
  getMe: {
    tag: 'You',
    answers: { 200: { description: 'You.', content: { 'application/json': { schema: 'User' } } } },
    problems: [404],
    examples: {
      you: {
        summary: 'Who you are',
        status: 200,
        answer: {
          id: '01KB6VD3ZJ9M3Q0YH5XW7C8T2E',
          email: 'alice@example.com',
          created_at: '2026-11-24T12:00:00.000Z',
          identities: [
            { issuer: 'https://your-tenant.eu.auth0.com/', subject: 'auth0|64f0c0de00000000000000a1' },
          ],
        },
      },
    },
  },
} as const satisfies Record<string, Operation>;
