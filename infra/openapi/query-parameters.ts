import type { ParameterObject, SchemaObject } from 'openapi3-ts/oas31';
import type * as z from 'zod/mini';
import { clearQuerySchema, exportQuerySchema, listQuerySchema } from '../../functions/todos/schemas.ts';
import { type Annotations, toObjectSchema } from './json-schema.ts';

/** In an address all is text; the document says what the text stands for. */
const completed = {
  description: 'Only the completed ones, or only the open ones.',
  type: 'boolean',
} as const;

const limit = {
  description: 'How many there may be on the page.',
  type: 'integer',
  minimum: 1,
  maximum: 200,
} as const;

/** The query of `GET /todo`. */
export const listQuery = toQueryParameters(listQuerySchema, {
  limit: { ...limit, default: 100 },
  cursor: {
    description: 'Where the page begins: take it from the `Link` header, and send the same query with it.',
  },
  completed,
  date_from: { description: 'The first day of a range, which is then ordered by date.' },
  date_to: { description: 'The last day of a range, which is then ordered by date.' },
  ordering: {
    description:
      'The order of the list: `created`, or `date` in a range of dates, unless it says otherwise. A minus reverses it.',
  },
});

/** The query of `DELETE /todo`. */
export const clearQuery = toQueryParameters(clearQuerySchema, { completed });

/** The query of `GET /me/export`. */
export const exportQuery = toQueryParameters(exportQuerySchema, {
  limit: { ...limit, default: 200 },
  cursor: { description: 'Where the page begins: take it from the `Link` header.' },
});

function toQueryParameters<Schema extends z.ZodMiniObject>(
  schema: Schema,
  annotations: Annotations<Schema>,
): ParameterObject[] {
  const properties: Readonly<Record<string, SchemaObject>> = toObjectSchema(
    schema,
    'input',
    annotations,
  ).properties;
  return Object.entries(properties).map(([name, { description = '', ...parameter }]) => ({
    name,
    in: 'query',
    description,
    schema: parameter,
  }));
}
