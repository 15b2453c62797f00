import { toContentEtag } from '../http/etag.ts';
import type { User } from './items.ts';
import type { UserRepresentation } from './representation.ts';

/** A user as clients see it. */
export function toRepresentation({ id, email, createdAt, identities }: User): UserRepresentation {
  return { id, email, created_at: new Date(createdAt).toISOString(), identities };
}

/** Changes with the identities; no two users share one, not even one who signs in again after the deletion. */
export function userEtag(user: User): string {
  return toContentEtag(toRepresentation(user));
}
