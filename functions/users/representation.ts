import * as z from 'zod/mini';
import type { TodoRepresentation } from '../todos/representation.ts';

const identitySchema = z.object({ issuer: z.url(), subject: z.string() });

/** A user as it sees itself. Handlers take its type only: what they answer is compiled against it, not checked. */
export const userRepresentationSchema = z.object({
  id: z.ulid(),
  email: z.string(),
  created_at: z.iso.datetime(),
  identities: z.readonly(z.array(identitySchema)),
});

export type UserRepresentation = Readonly<z.infer<typeof userRepresentationSchema>>;

/** A page of all that is stored about a user. */
export interface UserExport {
  readonly user: UserRepresentation;
  readonly todos: readonly TodoRepresentation[];
}
