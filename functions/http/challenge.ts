import { product } from '../product.ts';

/** The error codes of RFC 6750 §3.1. */
export type BearerError = 'invalid_request' | 'invalid_token' | 'insufficient_scope';

/** Why the API did not accept the credentials of a request. */
export interface BearerRefusal {
  readonly error: BearerError;
  /** Printable ASCII without `"` and `\` (RFC 6750 §3). */
  readonly description: string;
  /** The scopes that the request needs, separated by spaces. */
  readonly scope?: string | undefined;
}

/**
 * The value of `WWW-Authenticate` (RFC 6750 §3). The scheme must have a parameter. So the realm stands alone when the
 * request had no credentials: then there is no error to name.
 * @example bearerChallenge({ error: 'invalid_token', description: 'The access token has expired.' })
 */
export function bearerChallenge(refusal?: BearerRefusal): string {
  const parameters = {
    realm: product.name,
    ...(refusal && { error: refusal.error, error_description: refusal.description }),
    ...(refusal?.scope !== undefined && { scope: refusal.scope }),
  };
  const texts = Object.entries(parameters).map(([name, value]) => `${name}="${value}"`);
  return `Bearer ${texts.join(', ')}`;
}
