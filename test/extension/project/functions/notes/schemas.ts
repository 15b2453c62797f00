import * as z from 'zod/mini';
import { limitParameter } from '../http/query.ts';
import type { BodySchema, DescribedSchema, NamedSchema } from '../http/schema.ts';

export const newNoteSchema = z.object(
  {
    text: z
      .string('must be a string')
      .check(z.minLength(1, 'must not be empty'), z.maxLength(5_000, 'must have at most 5,000 characters')),
  },
  'The body must be a JSON object.',
);

const noteSchema = z.object({ id: z.ulid(), text: z.string(), created_at: z.iso.datetime() });

/** A note as clients see it. */
export type NoteRepresentation = Readonly<z.infer<typeof noteSchema>>;

export const noteQuerySchema = z.object({
  limit: z._default(limitParameter, '100'),
  cursor: z.optional(z.string()),
});

const text = { description: 'The text of the note.' };

export const newNote = {
  name: 'NewNote',
  schema: newNoteSchema,
  members: { text },
  example: { text: 'The door code is 4711.' },
} satisfies BodySchema<typeof newNoteSchema>;

export const note = {
  name: 'Note',
  schema: noteSchema,
  members: {
    id: { description: 'A ULID. Ids are in the order of creation.' },
    text,
    created_at: { description: 'When the note was created.' },
  },
} satisfies NamedSchema<typeof noteSchema>;

export const noteQuery = {
  schema: noteQuerySchema,
  members: {
    limit: { description: 'The most notes on the page.', type: 'integer', minimum: 1, maximum: 200 },
    cursor: { description: 'Where the page begins. Take it from the `Link` header.' },
  },
} satisfies DescribedSchema<typeof noteQuerySchema>;
