import * as z from 'zod/mini';
import type { DescribedSchema } from '../http/schema.ts';
import type { redirectParameters } from './redirect-parameters.ts';

/** What the API description says of the parameters of the callback page. Only the route table loads this file. */
export const redirectQuery = {
  schema: z.object({
    code: z.optional(z.string()),
    state: z.optional(z.string()),
    iss: z.optional(z.string()),
    session_state: z.optional(z.string()),
    error: z.optional(z.string()),
    error_description: z.optional(z.string()),
    error_uri: z.optional(z.string()),
  }),
  members: {
    code: { description: 'From the issuer, for the callback page: the authorization code.' },
    state: { description: 'From the issuer, for the callback page: the value that the page sent.' },
    iss: { description: 'From the issuer, for the callback page: its name.' },
    session_state: { description: 'From the issuer, for the callback page: the state of its session.' },
    error: { description: 'From the issuer, for the callback page: why nobody signed in.' },
    error_description: { description: 'From the issuer, for the callback page: the same as a sentence.' },
    error_uri: { description: 'From the issuer, for the callback page: where the error is described.' },
  } satisfies Record<(typeof redirectParameters)[number], { description: string }>,
} satisfies DescribedSchema;
