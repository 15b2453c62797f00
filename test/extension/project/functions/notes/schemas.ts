import * as z from 'zod/mini';
import { cursorParameter } from '../http/cursor.ts';
import { limitParameter, MAX_LIMIT } from '../http/query.ts';
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
  cursor: cursorParameter,
});

const text = { description: 'The text of the note.', maxLength: 5_000 };

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
    limit: {
      description: 'The most notes on the page.',
      type: 'integer',
      minimum: 1,
      maximum: MAX_LIMIT,
      example: 20,
    },
    cursor: {
      description: 'Where the page begins. Take it from the `Link` header.',
      example: 'MDFLQjZWREVYQU1QMUUwRjBGMEYwVDBEMFg',
    },
  },
} satisfies DescribedSchema<typeof noteQuerySchema>;
