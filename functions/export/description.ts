import * as z from 'zod/mini';
import type { DescribedSchema, NamedSchema } from '../http/schema.ts';
import { exportQuerySchema } from './schemas.ts';

const idempotencyRecordSchema = z.object({ key: z.string(), expires_at: z.iso.datetime() });

/** An idempotency record as clients see it. */
export type IdempotencyRecordRepresentation = Readonly<z.infer<typeof idempotencyRecordSchema>>;

export const exportQuery = {
  schema: exportQuerySchema,
  members: {
    limit: {
      description: 'The most items on the page, of all kinds together.',
      type: 'integer',
      minimum: 1,
      maximum: 200,
      default: 200,
    },
    cursor: { description: 'Where the page begins. Take it from the `Link` header.' },
  },
} satisfies DescribedSchema<typeof exportQuerySchema>;

export const idempotencyRecord = {
  name: 'IdempotencyRecord',
  schema: idempotencyRecordSchema,
  members: {
    key: { description: 'The `Idempotency-Key` that a client sent.' },
    expires_at: { description: 'When the key is forgotten.' },
  },
} satisfies NamedSchema<typeof idempotencyRecordSchema>;
