import type { TagObject } from 'openapi3-ts/oas31';

/** The HEAD of each GET: kept apart, for nobody reads about it twice. */
export const HEAD_TAG = 'HEAD';

/** The groups of operations, in their order on the page. */
export const tags = [
  { name: 'Todos', description: 'Your todos, and nobody else’s.' },
  { name: 'You', description: 'Your account.' },
  { name: 'Documentation', description: 'This description of the API, for machines and for people.' },
  { name: HEAD_TAG, description: 'The same without content, wherever there is a GET.' },
] as const satisfies readonly TagObject[];

export type Tag = (typeof tags)[number]['name'];
