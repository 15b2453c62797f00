import * as z from 'zod/mini';

/** A todo as clients see it. Handlers take its type only: what they answer is compiled against it, not checked. */
export const todoRepresentationSchema = z.object({
  id: z.ulid(),
  title: z.string(),
  date: z.iso.date(),
  completed: z.boolean(),
  order: z.nullable(z.number()),
  user: z.ulid(),
  url: z.url(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

export type TodoRepresentation = Readonly<z.infer<typeof todoRepresentationSchema>>;
