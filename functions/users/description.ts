import * as z from 'zod/mini';
import type { NamedSchema } from '../http/schema.ts';

const identitySchema = z.object({ issuer: z.url(), subject: z.string().check(z.maxLength(255)) });

const userSchema = z.object({
  id: z.ulid(),
  email: z.string(),
  created_at: z.iso.datetime(),
  identities: z.readonly(z.array(identitySchema)),
});

/** A user as clients see it. */
export type UserRepresentation = Readonly<z.infer<typeof userSchema>>;

export const user = {
  name: 'User',
  schema: userSchema,
  members: {
    id: { description: 'The id of the user at this API.' },
    email: {
      description: 'The email address of the user. It follows the identities at the issuer.',
      maxLength: 254,
    },
    created_at: { description: 'When the user signed in for the first time.' },
    identities: {
      description: 'The identities at the issuer that are linked to the user.',
      // An item of DynamoDB with 400 KB cannot hold more.
      maxItems: 10_000,
    },
  },
} satisfies NamedSchema<typeof userSchema>;
