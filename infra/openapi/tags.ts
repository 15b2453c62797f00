import type { TagObject } from 'openapi3-ts/oas31';

/** The groups of operations, in their order on the page. */
export const tags = [
  { name: 'Todos', description: 'Your todos, and nobody else’s.' },
  { name: 'You', description: 'Your account.' },
  { name: 'Documentation', description: 'This description of the API, for machines and for people.' },
] as const satisfies readonly TagObject[];

export type Tag = (typeof tags)[number]['name'];
