/**
 * What is particular to this product and not to one of its resources: its names, its scopes and its defaults.
 * Whoever turns this repository into another product starts here.
 */
export const product = {
  /** Part of every physical name: the stack, the log lines, the tags. Lower case letters, digits and hyphens. */
  name: 'todo-api',
  /** The name that people read: the API description, the docs page, the dashboard. */
  title: 'Todo API',
  /** What the API is, in one sentence of the API description. */
  description: 'Todos of your own.',
  /** Whom people can ask about the API. The API description shows it. */
  contact: { name: 'The operators of the Todo API', url: 'https://todo.example.com/contact' },
  /** The default `AUTH0_API_AUDIENCE` of `npm start`, and the example in messages about settings. */
  exampleAudience: 'https://todo.example.com',
} as const;

/** The scopes that a route can require, with what each allows. The docs page and the local issuer offer them. */
export const scopes = {
  'read:todos': 'Read your todos',
  'write:todos': 'Change your todos',
} as const;

export type Scope = keyof typeof scopes;
