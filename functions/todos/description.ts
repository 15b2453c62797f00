import * as z from 'zod/mini';
import { MAX_LIMIT } from '../http/query.ts';
import type { BodySchema, DescribedSchema, NamedSchema } from '../http/schema.ts';
import { clearQuerySchema, listQuerySchema, newTodoSchema, todoChangesSchema } from './schemas.ts';
import type { TodoFields } from './todo.ts';

/**
 * What the API description says of todos. Only the route table loads this file. It is not in schemas.ts, because every
 * function that parses a request would then load it at a cold start.
 */

const todoSchema = z.object({
  id: z.ulid(),
  ...({
    title: z.string(),
    date: z.iso.date(),
    completed: z.boolean(),
    order: z.nullable(z.number()),
  } satisfies Record<keyof TodoFields, z.ZodMiniType>),
  user: z.ulid(),
  url: z.url(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

/** A todo as clients see it. */
export type TodoRepresentation = Readonly<z.infer<typeof todoSchema>>;

/** The limits of the title are checked in code points and after trimming. */
const title = {
  description: '1 to 1,000 characters. Spaces around it are removed.',
  minLength: 1,
  maxLength: 1_000,
  pattern: '^\\s*\\S[\\s\\S]*$',
};
const members = {
  title,
  date: { description: 'A calendar day.' },
  completed: { description: 'Whether the todo is done.' },
  order: { description: 'Where clients show the todo, if they sort by it.' },
} satisfies Record<keyof TodoFields, { description: string }>;

export const newTodo = {
  name: 'NewTodo',
  schema: newTodoSchema,
  members: { ...members, date: { description: 'A calendar day. The default is today in UTC.' } },
  example: { title: 'Buy milk', date: '2026-12-24', completed: false, order: null },
} satisfies BodySchema<typeof newTodoSchema>;

export const todoChanges = {
  name: 'TodoChanges',
  schema: todoChangesSchema,
  members,
  example: { completed: true },
} satisfies BodySchema<typeof todoChangesSchema>;

export const todo = {
  name: 'Todo',
  schema: todoSchema,
  members: {
    ...members,
    id: { description: 'A ULID. Ids are in the order of creation.' },
    title: { description: title.description, minLength: title.minLength, maxLength: title.maxLength },
    user: { description: 'The id of the user who owns the todo.' },
    url: { description: 'The address of the todo.' },
    created_at: { description: 'When the todo was created.' },
    updated_at: { description: 'When the todo was last changed.' },
  },
} satisfies NamedSchema<typeof todoSchema>;

/** A query is text. The description says what the text stands for. */
const completedParameter = {
  description: 'Only the completed todos, or only the open ones.',
  type: 'boolean',
};

export const listQuery = {
  schema: listQuerySchema,
  members: {
    limit: {
      description: `The most todos on the page, ${MAX_LIMIT} at most.`,
      type: 'integer',
      minimum: 1,
      maximum: MAX_LIMIT,
      default: 100,
      example: 20,
    },
    cursor: {
      description: 'Where the page begins. Take it from the `Link` header and send the same query with it.',
      example: 'MDFLQjZWREVYQU1QMUUwRjBGMEYwVDBEMFguMjAyNi0xMi0yNA',
    },
    completed: completedParameter,
    date_from: { description: 'The first day of a range. A range is ordered by date.' },
    date_to: { description: 'The last day of a range. A range is ordered by date.' },
    ordering: {
      description:
        'The order of the list. The default is `created`, or `date` for a range of dates. A minus reverses it.',
      example: '-date',
    },
  },
} satisfies DescribedSchema<typeof listQuerySchema>;

export const clearQuery = {
  schema: clearQuerySchema,
  members: { completed: completedParameter },
} satisfies DescribedSchema<typeof clearQuerySchema>;
