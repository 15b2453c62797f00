import { BASELINE, PRIMED, withUnprimed } from '../coldstart/bundles.ts';
import { type ColdSample, openColdPath, WHOLE_PROCESSOR_MB, whyNoColdPath } from '../coldstart/cold-path.ts';
import type { Part, ResultTable } from '../part.ts';
import { interleave, median, quantile, ratio, ratiosByRound } from '../statistics.ts';

const ROUNDS = 7;
const REQUESTS = 30;
const measured = [BASELINE, ...PRIMED];
const sizesMb = [128, 256, 512, 1_024, 1_769];

/** Dollars for a GB-second on arm64, and for a million requests, in us-east-1: https://aws.amazon.com/lambda/pricing/ */
const PRICE = { gbSecond: 0.0000133334, millionRequests: 0.2 };
/** The assumed share of cold starts. AWS states less than one in a hundred. */
const COLD_SHARE = 0.005;

/** The samples of a variant, by memory size. */
type SamplesBySize = ReadonlyMap<number, readonly ColdSample[]>;

/** Measures time and price by memory size. Lambda gives a function CPU time in proportion to its memory. */
export const memory: Part = {
  name: 'memory',
  section: 'Memory and timeout',
  unavailable: whyNoColdPath,
  async run() {
    const path = await openColdPath(sizesMb);
    try {
      const bundles = measured.flatMap((name) =>
        path.bundles[name] ? [[name, path.bundles[name]] as const] : [],
      );
      const variants = withUnprimed(Object.fromEntries(bundles));
      const label = (name: string, size: number) => `${name}, ${size} MB`;
      const samples = await interleave(
        Object.fromEntries(
          variants.flatMap(([name, variant]) =>
            sizesMb.map((size) => [
              label(name, size),
              () => path.measure(variant, size, measured.includes(name) ? REQUESTS : 0),
            ]),
          ),
        ),
        ROUNDS,
      );
      const bySize = new Map(
        variants.map(([name]) => [
          name,
          new Map(sizesMb.map((size) => [size, samples[label(name, size)] ?? []])),
        ]),
      );
      return { tables: [toColdTable(bySize), toSizeTable(bySize)] };
    } finally {
      await path.close();
    }
  },
};

function toColdTable(variants: ReadonlyMap<string, SamplesBySize>): ResultTable {
  const totals = (name: string, size: number) =>
    (variants.get(name)?.get(size) ?? []).map(({ start, first }) => start + first);
  return {
    title: 'A cold request by memory size',
    columns: ['', ...sizesMb.flatMap((size) => [`${size} MB, ms`, '× (b)'])],
    rows: [...variants.keys()].map((name) => [
      name,
      ...sizesMb.flatMap((size) => [
        median(totals(name, size)).toFixed(0),
        ratio(median(ratiosByRound(totals(name, size), totals(BASELINE, size))), 1),
      ]),
    ]),
    note: `The start and the first request together, as in the table of the cold start. Medians of ${ROUNDS} processes, all variants and sizes in turns.`,
  };
}

function toSizeTable(variants: ReadonlyMap<string, SamplesBySize>): ResultTable {
  const rowOf = (name: string, size: number, samples: readonly ColdSample[]) => {
    const start = median(samples.map((sample) => sample.start));
    const first = median(samples.map((sample) => sample.first));
    const later = samples.flatMap((sample) => sample.later);
    const p50 = median(later);
    const milliseconds = Math.ceil(p50) * (1 - COLD_SHARE) + Math.ceil(start + first) * COLD_SHARE;
    const dollars = PRICE.millionRequests + milliseconds * 1_000 * (size / 1024) * PRICE.gbSecond;
    return [
      `${name}, ${size} MB`,
      ...[start, first, p50, quantile(later, 0.99)].map((ms) => ms.toFixed(1)),
      median(samples.map((sample) => sample.memory)).toFixed(0),
      dollars.toFixed(2),
    ];
  };
  return {
    title: 'Memory sizes',
    columns: ['', 'start ms', 'first request ms', 'then p50 ms', 'p99 ms', 'RSS MB', '$ a million requests'],
    rows: measured.flatMap((name) =>
      [...(variants.get(name) ?? [])].map(([size, samples]) => rowOf(name, size, samples)),
    ),
    note: `Medians of the same processes. Each sends ${REQUESTS} more requests with pauses. A control group limits each process to memory / ${WHOLE_PROCESSOR_MB} MB of a processor (periods of 20 ms), from the first request on. RSS is the memory of Node.js and the function, without the Lambda runtime. Dollars are list prices of arm64 in us-east-1, with ${COLD_SHARE * 100} % cold starts. Lambda bills the start too.`,
  };
}
