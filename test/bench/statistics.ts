/**
 * Computes a quantile. It interpolates between the two nearest values.
 * @param share 0 to 1; 0.5 is the median
 */
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

/** The functions that take a sample, by the name of the variant. */
export type Variants<Sample> = Readonly<Record<string, () => Promise<Sample> | Sample>>;

/**
 * Takes one sample of every variant in each round, in a random order. So a disturbance of the machine affects all
 * variants equally, and a variant does not always follow the same other one.
 * @returns the samples of each variant, in order of time
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

/**
 * Compares a variant with the baseline: the quotient of each round. A round that was slow for both does not count as a
 * difference.
 * @param values one value of each round, in the order of the rounds
 * @param baseline the values of the baseline in the same rounds
 */
export function ratiosByRound(values: readonly number[], baseline: readonly number[]): number[] {
  if (values.length !== baseline.length) throw new RangeError('A round has no value of the baseline.');
  return values.map((value, round) => value / (baseline[round] as number));
}

/** Formats a ratio for a table, such as `0.60 ×`. */
export function ratio(value: number, baseline: number): string {
  return `${(value / baseline).toFixed(2)} ×`;
}

/** Formats the first and third quartile for a table, such as `0.58–0.63`. It shows how far the rounds differ. */
export function quartiles(values: readonly number[]): string {
  return [0.25, 0.75].map((share) => quantile(values, share).toFixed(2)).join('–');
}
