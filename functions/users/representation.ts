import * as z from 'zod/mini';

const identitySchema = z.object({ issuer: z.url(), subject: z.string() });

/** A user as it sees itself. Handlers take its type only: what they answer is compiled against it, not checked. */
export const userRepresentationSchema = z.object({
  id: z.ulid(),
  email: z.string(),
  created_at: z.iso.datetime(),
  identities: z.readonly(z.array(identitySchema)),
});

export type UserRepresentation = Readonly<z.infer<typeof userRepresentationSchema>>;
