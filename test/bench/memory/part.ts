import { BASELINE, PRIMED, unprimed, withUnprimed } from '../coldstart/bundles.ts';
import { type ColdSample, openColdPath, WHOLE_PROCESSOR_MB, whyNoColdPath } from '../coldstart/cold-path.ts';
import type { Chart, Claim, Part, ResultTable } from '../part.ts';
import { interleave, median, quantile, ratio, ratiosByRound } from '../statistics.ts';

const ROUNDS = 7;
const REQUESTS = 30;
const measured = [BASELINE, ...PRIMED];
const sizesMb = [128, 256, 512, 1_024, 1_769];
/** The function of the chart. */
const EXAMPLE = 'getTodo';

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
      return {
        tables: [toColdTable(bySize), toSizeTable(bySize)],
        charts: [toChart(bySize)],
        claims: [toClaim(bySize)],
      };
    } finally {
      await path.close();
    }
  },
};

type Samples = ReadonlyMap<string, SamplesBySize>;

const totals = (samples: Samples, name: string, size: number) =>
  (samples.get(name)?.get(size) ?? []).map(({ start, first }) => start + first);

function toColdTable(samples: Samples): ResultTable {
  return {
    title: 'A cold request by memory size',
    columns: ['', ...sizesMb.flatMap((size) => [`${size} MB, ms`, '× (b)'])],
    rows: [...samples.keys()].map((name) => [
      name,
      ...sizesMb.flatMap((size) => [
        median(totals(samples, name, size)).toFixed(0),
        ratio(median(ratiosByRound(totals(samples, name, size), totals(samples, BASELINE, size))), 1),
      ]),
    ]),
    note: `The start and the first request together, as in the table of the cold start. Medians of ${ROUNDS} processes, all variants and sizes in turns.`,
  };
}

function summarize(samples: Samples, name: string, size: number) {
  const of = samples.get(name)?.get(size) ?? [];
  const start = median(of.map((sample) => sample.start));
  const first = median(of.map((sample) => sample.first));
  const later = of.flatMap((sample) => sample.later);
  const p50 = median(later);
  const milliseconds = Math.ceil(p50) * (1 - COLD_SHARE) + Math.ceil(start + first) * COLD_SHARE;
  return {
    times: { start, first, p50, p99: quantile(later, 0.99) },
    memory: median(of.map((sample) => sample.memory)),
    dollars: PRICE.millionRequests + milliseconds * 1_000 * (size / 1024) * PRICE.gbSecond,
  };
}

function toSizeTable(samples: Samples): ResultTable {
  const rowOf = (name: string, size: number) => {
    const { times, memory: resident, dollars } = summarize(samples, name, size);
    const milliseconds = Object.values(times).map((ms) => ms.toFixed(1));
    return [`${name}, ${size} MB`, ...milliseconds, resident.toFixed(0), dollars.toFixed(2)];
  };
  return {
    title: 'Memory sizes',
    columns: ['', 'start ms', 'first request ms', 'then p50 ms', 'p99 ms', 'RSS MB', '$ a million requests'],
    rows: measured.flatMap((name) => sizesMb.map((size) => rowOf(name, size))),
    note: `Medians of the same processes. Each sends ${REQUESTS} more requests with pauses. A control group limits each process to memory / ${WHOLE_PROCESSOR_MB} MB of a processor (periods of 20 ms), from the first request on. RSS is the memory of Node.js and the function, without the Lambda runtime. Dollars are list prices of arm64 in us-east-1, with ${COLD_SHARE * 100} % cold starts. Lambda bills the start too.`,
  };
}

function toChart(samples: Samples): Chart {
  const names = { 'as deployed': EXAMPLE, 'not primed': unprimed(EXAMPLE), [BASELINE]: BASELINE };
  const at = (size: number) => median(totals(samples, EXAMPLE, size)).toFixed(0);
  const unprimedAt = (size: number) => median(totals(samples, unprimed(EXAMPLE), size)).toFixed(0);
  return {
    name: 'cold-path-by-memory',
    title: `A cold request to ${EXAMPLE} by memory size`,
    kind: 'lines',
    unit: 'milliseconds, start and first request',
    labels: sizesMb.map((size) => `${size.toLocaleString('en')} MB`),
    labelTitle: 'memory of the function',
    series: Object.entries(names).map(([name, variant]) => ({
      name,
      values: sizesMb.map((size) => median(totals(samples, variant, size))),
    })),
    finding: `A start and a first request of ${EXAMPLE} take ${at(512)} ms at 512 MB, and ${unprimedAt(512)} ms without priming. At 256 MB they take ${at(256)} and ${unprimedAt(256)} ms.`,
  };
}

function toClaim(samples: Samples): Claim {
  const [half, whole] = [summarize(samples, EXAMPLE, 256), summarize(samples, EXAMPLE, 512)];
  const dollars = (whole.dollars - half.dollars).toFixed(2);
  return {
    figure: ratio(half.times.p99, whole.times.p99),
    text: `the p99 of a warm \`${EXAMPLE}\` at 256 MB, against 512 MB. A million requests cost $${dollars} more at 512 MB`,
  };
}
