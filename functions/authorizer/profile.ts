import type { Refusal } from '../http/caller.ts';
import type { AccessToken } from './verify-token.ts';

/** What the issuer says about a user: the verified email address, or why there is none to act with. */
export type Profile =
  | { readonly email: string }
  | { readonly refusal: Refusal; readonly unverifiedEmail?: string };

/** The claims of a profile (OpenID Connect Core §5.1), not yet checked. */
interface ProfileClaims {
  readonly email?: unknown;
  readonly email_verified?: unknown;
}

/** RFC 5321 §4.5.3.1.3: a path has 256 octets, with its two angle brackets. */
const MAX_EMAIL_LENGTH = 254;

/** A local part, an `@` and a domain, without white space, control characters and unpaired surrogates. */
const emailAddress = /^[^\s\p{Cc}\p{Cs}]+@[^\s\p{Cc}\p{Cs}@]+$/u;

function isEmailAddress(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_EMAIL_LENGTH && emailAddress.test(value);
}

/** Subjects with this prefix are from a database of Auth0. It verifies an address with a mail to the user. */
const DATABASE_PREFIX = 'auth0|';

/**
 * Reads a profile. An address counts as verified for `true` and for the text `"true"`, which SAML and Apple connections
 * send. Auth0 itself takes every other text of a SAML connection for true as well, also the address. That is no proof.
 * Source: https://auth0.com/docs/manage-users/user-accounts/user-profiles/verified-email-usage
 * @param subject of the token. Its prefix says who verifies the address
 */
export function readProfile({ email, email_verified }: ProfileClaims, subject: string): Profile {
  if (email === undefined || email === null || email === '') return { refusal: 'email_missing' };
  if (!isEmailAddress(email)) return { refusal: 'email_malformed' };
  if (email_verified === true || email_verified === 'true') return { email };
  const refusal = subject.startsWith(DATABASE_PREFIX) ? 'email_unverified' : 'connection_unverified';
  return { refusal, unverifiedEmail: email };
}

/**
 * Reads the profile in the custom claims of a token, which an Auth0 Action adds.
 * @param namespace the text before `email` and `email_verified` in the names of the claims
 * @returns undefined when the token lacks one of the two claims. The issuer can be asked then
 */
export function profileInClaims(
  { claims, subject }: Pick<AccessToken, 'claims' | 'subject'>,
  namespace: string | undefined,
): Profile | undefined {
  if (namespace === undefined) return undefined;
  const email = claims[`${namespace}email`];
  const email_verified = claims[`${namespace}email_verified`];
  if (email === undefined || email_verified === undefined) return undefined;
  return readProfile({ email, email_verified }, subject);
}
