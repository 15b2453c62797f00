import * as z from 'zod/mini';
import { MAX_LIMIT } from '../http/query.ts';
import type { DescribedSchema, NamedSchema } from '../http/schema.ts';
import { exportQuerySchema } from './schemas.ts';

const idempotencyRecordSchema = z.object({
  key: z.string(),
  resource_id: z.string().check(z.maxLength(64)),
  fingerprint: z.string().check(z.maxLength(128)),
  is_settled: z.boolean(),
  expires_at: z.iso.datetime(),
});

/** An idempotency record as clients see it. */
export type IdempotencyRecordRepresentation = Readonly<z.infer<typeof idempotencyRecordSchema>>;

export const exportQuery = {
  schema: exportQuerySchema,
  members: {
    limit: {
      description: `The most items on the page, of all kinds together: ${MAX_LIMIT} at most.`,
      type: 'integer',
      minimum: 1,
      maximum: MAX_LIMIT,
      default: 200,
      example: 20,
    },
    cursor: {
      description: 'Where the page begins. Take it from the `Link` header.',
      example: 'VE9ETyMwMUtCNlZERVhBTVAxRTBGMEYwRjBUMEQwWA',
    },
  },
} satisfies DescribedSchema<typeof exportQuerySchema>;

export const idempotencyRecord = {
  name: 'IdempotencyRecord',
  schema: idempotencyRecordSchema,
  members: {
    key: { description: 'The `Idempotency-Key` that a client sent.', minLength: 1, maxLength: 255 },
    resource_id: { description: 'The id of what the request created.' },
    fingerprint: { description: 'A digest of what the request asked for. The request itself is not kept.' },
    is_settled: { description: 'Whether the resource was created, or deleted since.' },
    expires_at: { description: 'When the key is forgotten.' },
  },
} satisfies NamedSchema<typeof idempotencyRecordSchema>;

const email = z.string().check(z.maxLength(254));

const accountSchema = z.object({
  identities: z.readonly(
    z.array(
      z.object({
        issuer: z.url(),
        subject: z.string().check(z.maxLength(255)),
        email: z.nullable(email),
        email_verified: z.boolean(),
        checked_at: z.nullable(z.iso.datetime()),
        asked_at: z.nullable(z.iso.datetime()),
        former_user_deleted_at: z.nullable(z.iso.datetime()),
      }),
    ),
  ),
  addresses: z.readonly(
    z.array(z.object({ email, is_owned: z.boolean(), released_at: z.nullable(z.iso.datetime()) })),
  ),
  blocked_at: z.nullable(z.iso.datetime()),
  deletion_requested_at: z.nullable(z.iso.datetime()),
});

/** What is stored about the account of a user, as clients see it. */
export type AccountRepresentation = Readonly<z.infer<typeof accountSchema>>;

export const account = {
  name: 'Account',
  schema: accountSchema,
  members: {
    identities: {
      description:
        'The identities, each with its own address, when the issuer last showed the address, when it was last asked for it, and when an earlier user of the identity was deleted.',
      maxItems: 10_000,
    },
    addresses: {
      description:
        'The addresses of the identities, and those that were given up a short time ago. An owned address leads new identities to the user.',
      maxItems: 10_000,
    },
    blocked_at: { description: 'When an operator blocked the user; null when none did.' },
    deletion_requested_at: {
      description: 'When a deletion of the user began that did not end; null when none did.',
    },
  },
} satisfies NamedSchema<typeof accountSchema>;
