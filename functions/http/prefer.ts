const returnPreference = /^\s*return\s*=\s*("?)([\w-]+)\1\s*(?:;.*)?$/i;

/**
 * Whether a `Prefer` header asks for a response without a representation: `return=minimal` (RFC 7240 §4.2). When a
 * preference stands several times, the first one counts (§2).
 */
export function prefersMinimal(header: string | undefined): boolean {
  const values = (header ?? '').split(',').flatMap((text) => returnPreference.exec(text)?.[2] ?? []);
  return values[0]?.toLowerCase() === 'minimal';
}
