import { toContentEtag } from '../http/etag.ts';
import type { UserRepresentation } from './description.ts';
import type { DeletedUser, User } from './user.ts';

/** A user as clients see it. */
export function toRepresentation({
  id,
  email,
  createdAt,
  identities,
}: User | DeletedUser): UserRepresentation {
  return {
    id,
    email,
    created_at: new Date(createdAt).toISOString(),
    identities: identities.map(({ issuer, subject }) => ({ issuer, subject })),
  };
}

/** The ETag of a user. It changes with the identities and the address. No two users share one, so a deletion never meets a new user. */
export function userEtag(user: User | DeletedUser): string {
  return toContentEtag(toRepresentation(user));
}
