import { createHash } from 'node:crypto';
import type { ExpectedVersion } from '../dynamodb/versions.ts';

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

const entityTag = /(?:W\/)?"[^"]*"/g;
const versionTag = /^"([1-9]\d{0,14})"$/;

/**
 * Reads an `If-Match` header. The comparison is the strong one (RFC 9110 §13.1.1), so weak and unknown tags match
 * nothing. A header that has only such tags gives an empty list: no version is expected.
 * @returns undefined without the header
 * @example await store.update(userId, id, changes, parseIfMatch(request.header('If-Match')));
 */
export function parseIfMatch(header: string | undefined): ExpectedVersion | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return 'any';
  const tags = header.match(entityTag) ?? [];
  return tags.flatMap((tag) => versionTag.exec(tag)?.[1] ?? []).map(Number);
}

/** Whether `If-Match` names this tag. The comparison is the strong one (RFC 9110 §13.1.1). `*` names no tag. */
export function namesInIfMatch(header: string, etag: string): boolean {
  return (header.match(entityTag) ?? []).some((tag) => tag === etag);
}

/**
 * Whether `If-None-Match` names this tag. The comparison is the weak one (RFC 9110 §13.1.2).
 * @example if (matchesIfNoneMatch(request.header('If-None-Match'), etag)) return { status: 304, headers: { ETag: etag } };
 */
export function matchesIfNoneMatch(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return (header.match(entityTag) ?? []).some((tag) => tag.replace(/^W\//, '') === etag);
}
