import * as z from 'zod/mini';
import { MAX_LIMIT } from '../http/query.ts';
import type { DescribedSchema, NamedSchema } from '../http/schema.ts';
import { exportQuerySchema } from './schemas.ts';

const idempotencyRecordSchema = z.object({ key: z.string(), expires_at: z.iso.datetime() });

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
    expires_at: { description: 'When the key is forgotten.' },
  },
} satisfies NamedSchema<typeof idempotencyRecordSchema>;
