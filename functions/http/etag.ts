import { createHash } from 'node:crypto';
import type { VersionPreconditions, Versions } from '../dynamodb/versions.ts';
import { type EntityTags, opaque, type Preconditions } from './preconditions.ts';

/**
 * The entity tag of a version. It is strong, since a version is one exact state (RFC 9110 §8.8.3).
 * @example toEtag(todo.version)
 */
export function toEtag(version: number): string {
  return `"${version}"`;
}

/** The entity tag of a representation that has no version. It is strong, as a digest of the whole. */
export function toContentEtag(representation: unknown): string {
  return `"${createHash('sha256').update(JSON.stringify(representation)).digest('base64url')}"`;
}

const versionTag = /^"([1-9]\d{0,14})"$/;

/**
 * The preconditions of a request as versions of an item. Tags that stand for no version match nothing. `If-Match`
 * compares strongly, so its weak tags match nothing either (RFC 9110 §13.1.1). `If-None-Match` compares weakly (§13.1.2).
 * @example resourceRoute({ store: createNoteStore, preconditions: toVersionPreconditions }, …)
 */
export function toVersionPreconditions({ ifMatch, ifNoneMatch }: Preconditions): VersionPreconditions {
  return {
    ifMatch: toVersions(ifMatch),
    ifNoneMatch: toVersions(ifNoneMatch === '*' ? '*' : ifNoneMatch?.map(opaque)),
  };
}

function toVersions(tags: EntityTags | undefined): Versions | undefined {
  if (tags === undefined) return undefined;
  return tags === '*' ? 'any' : tags.flatMap((tag) => versionTag.exec(tag)?.[1] ?? []).map(Number);
}
