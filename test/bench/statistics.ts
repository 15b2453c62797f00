/** The value below which the given share (0 to 1) of the values lies, interpolated between neighbours. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('There is no quantile of no values.');
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] as number;
  const above = sorted[Math.ceil(position)] as number;
  return below + (above - below) * (position - Math.floor(position));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** What is sampled, by the name of a variant. */
export type Variants<Sample> = Readonly<Record<string, () => Promise<Sample> | Sample>>;

/**
 * Takes samples of every variant in turn, each round in another order: what disturbs the machine meanwhile
 * disturbs all variants alike, and none has always the same neighbour.
 * @returns the samples of each variant, in the order in which they were taken
 */
export async function interleave<Sample>(
  variants: Variants<Sample>,
  rounds: number,
): Promise<Record<string, Sample[]>> {
  const names = Object.keys(variants);
  const samples: Record<string, Sample[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of shuffled(names)) {
      const sample = await variants[name]?.();
      samples[name]?.push(sample as Sample);
    }
  }
  return samples;
}

function shuffled(names: readonly string[]): string[] {
  return names
    .map((name) => ({ name, rank: Math.random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ name }) => name);
}

/** A ratio as it stands in a table, such as `0.60 ×`. */
export function ratio(value: number, baseline: number): string {
  return `${(value / baseline).toFixed(2)} ×`;
}
