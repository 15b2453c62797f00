/** The members that every example of a problem has. */
export const exampleProblem = {
  type: 'about:blank',
  request_id: '7d0f0a2e-6d0b-4b7e-9c9e-2f1f4a3b5c6d',
} as const;
