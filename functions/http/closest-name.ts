/** The most edits between a misspelt name and the name that is suggested for it. */
const MAX_EDITS = 2;

/** The shortest beginning of a name that suggests the name. */
const MIN_BEGINNING = 4;

/**
 * The known name that a name was meant to be: it differs by a few edits, or only its beginning was given. Undefined when
 * there is none.
 */
export function closestName(name: string, known: readonly string[]): string | undefined {
  const wanted = simplify(name);
  const ranked = known
    .map((candidate) => ({ candidate, edits: editsBetween(wanted, simplify(candidate)) }))
    .filter(({ candidate, edits }) => edits <= Math.min(MAX_EDITS, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.edits - b.edits);
  const isBeginning = (candidate: string) =>
    wanted.length >= MIN_BEGINNING && simplify(candidate).startsWith(wanted);
  return ranked[0]?.candidate ?? known.find(isBeginning);
}

/** Names in other conventions are the same name: `dateFrom`, `date-from` and `date_from[]`. */
function simplify(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** The edit distance of Levenshtein. */
function editsBetween(a: string, b: string): number {
  // Such names are never close, and a long name would take long.
  if (Math.abs(a.length - b.length) > MAX_EDITS) return Number.POSITIVE_INFINITY;
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
