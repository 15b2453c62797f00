import { createHash } from 'node:crypto';

/** The entity tag of a version: strong, since a version is one exact state (RFC 9110 §8.8.3). */
export function toEtag(version: number): string {
  return `"${version}"`;
}

/** The entity tag of a representation that has no version: strong, as a digest of all of it. */
export function toContentEtag(representation: unknown): string {
  return `"${createHash('sha256').update(JSON.stringify(representation)).digest('base64url')}"`;
}

/** What `If-Match` asks for: any state that exists, or one of these versions. */
export type ExpectedVersion = 'any' | readonly number[];

const entityTag = /(?:W\/)?"[^"]*"/g;
const versionTag = /^"([1-9]\d{0,14})"$/;

/**
 * Reads an `If-Match` header. Weak or unknown tags match nothing, because the comparison is the strong one
 * (RFC 9110 §13.1.1): a header of only such tags expects none of all versions.
 */
export function parseIfMatch(header: string | undefined): ExpectedVersion | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return 'any';
  const tags = header.match(entityTag) ?? [];
  return tags.flatMap((tag) => versionTag.exec(tag)?.[1] ?? []).map(Number);
}

/** Whether `If-Match` names this tag; the comparison is the strong one (RFC 9110 §13.1.1), and `*` names none. */
export function namesInIfMatch(header: string, etag: string): boolean {
  return (header.match(entityTag) ?? []).some((tag) => tag === etag);
}

/** Whether `If-None-Match` names this tag; the comparison is the weak one (RFC 9110 §13.1.2). */
export function matchesIfNoneMatch(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return (header.match(entityTag) ?? []).some((tag) => tag.replace(/^W\//, '') === etag);
}
