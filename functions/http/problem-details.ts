import * as z from 'zod/mini';

/** The body of an error response: RFC 9457 with the two extension members of this API. */
export const problemDetailsSchema = z.object({
  type: z.string().check(z.regex(/^[^#]*#[^#]+$/)),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  request_id: z.string(),
  errors: z.exactOptional(z.record(z.string(), z.readonly(z.array(z.string())))),
});

export type ProblemDetails = Readonly<z.infer<typeof problemDetailsSchema>>;
