import * as z from 'zod/mini';
import type { DescribedSchema, MemberDescription } from '../http/schema.ts';
import type { redirectParameters } from './redirect-parameters.ts';

/** API Gateway accepts no longer address. The route hands the texts to the page as they are. */
const text = z.optional(z.string().check(z.maxLength(10_240)));

/** What the API description says of the parameters of the callback page. Only the route table loads this file. */
export const redirectQuery = {
  schema: z.object({
    code: text,
    state: text,
    iss: text,
    session_state: text,
    error: text,
    error_description: text,
    error_uri: text,
  }),
  members: {
    code: {
      description: 'From the issuer, for the callback page: the authorization code.',
      example: 'SplxlOBeZQQYbYS6WxSbIA',
    },
    state: {
      description: 'From the issuer, for the callback page: the value that the page sent.',
      example: 'af0ifjsldkj',
    },
    iss: {
      description: 'From the issuer, for the callback page: its name.',
      example: 'https://your-tenant.eu.auth0.com/',
    },
    session_state: {
      description: 'From the issuer, for the callback page: the state of its session.',
      example: '5d6f7a',
    },
    error: {
      description: 'From the issuer, for the callback page: why nobody signed in.',
      example: 'access_denied',
    },
    error_description: {
      description: 'From the issuer, for the callback page: the same as a sentence.',
      example: 'The user did not consent.',
    },
    error_uri: {
      description: 'From the issuer, for the callback page: where the error is described.',
      example: 'https://auth0.com/docs',
    },
  } satisfies Record<(typeof redirectParameters)[number], MemberDescription>,
} satisfies DescribedSchema;
