/** The access token of a user without todos. */
export const token = process.env.TOKEN ?? '';

/** Prints what the client got, as round.ts states it. */
export function report(step: string, status: number | undefined, seen: object = {}): void {
  process.stdout.write(`${JSON.stringify({ step, status, ...seen })}\n`);
}

/** The cursor of the next page, from a `Link` header. */
export function nextCursor(link: string | null | undefined): string | undefined {
  const [, next] = /<([^>]+)>; rel="next"/.exec(link ?? '') ?? [];
  return next === undefined ? undefined : (new URL(next).searchParams.get('cursor') ?? undefined);
}

/** Narrows a value that a generated type allows to be missing. */
export function present<Value>(value: Value | null | undefined): Value {
  if (value === undefined || value === null) throw new Error('The client gave no value.');
  return value;
}

/** The kind of a problem: what follows `#` in its type. */
export function kindOf(type: string | undefined): string | undefined {
  return type?.split('#')[1];
}
