import { statSync } from 'node:fs';
import { routes } from '../../../functions/routes.ts';
import { AUTHORIZER_ID, functionIds, SWEEP_ID } from '../../../infra/build/bundle.ts';
import type { Chart, Claim, Part, ResultTable } from '../part.ts';
import { interleave, median, quartiles, ratio, ratiosByRound } from '../statistics.ts';
import { BASELINE, type Bundle, unprimed, withUnprimed } from './bundles.ts';
import { type ColdSample, openColdPath, WHOLE_PROCESSOR_MB, whyNoColdPath } from './cold-path.ts';
import { isMeasured } from './requests.ts';

const ROUNDS = 15;
/** The size of every function (infra/constructs/function-sizes.ts). */
const MEMORY_MB = 512;
/** The most that a start with its first request may take, as a share of that of the baseline. */
const GOAL = 0.45;

type Samples = Readonly<Record<string, readonly ColdSample[]>>;

/** Measures the start of every function with its first request, and the load of its code. */
export const coldStart: Part = {
  name: 'coldstart',
  section: 'Cold start',
  unavailable: whyNoColdPath,
  async run() {
    const path = await openColdPath([MEMORY_MB]);
    try {
      const measured = Object.entries(path.bundles).filter(([, { functionId }]) => isMeasured(functionId));
      const requested = withUnprimed(Object.fromEntries(measured)).map(
        ([name, variant]) => [name, () => path.measure(variant, MEMORY_MB)] as const,
      );
      const loaded = Object.entries(path.bundles).map(
        ([name, bundle]) => [name, () => path.measureLoad({ ...bundle, module: bundle.code })] as const,
      );
      const cold = await interleave(Object.fromEntries(requested), ROUNDS);
      const load = await interleave(Object.fromEntries(loaded), ROUNDS);
      return {
        tables: [toColdTable(cold), toLoadTable(path.bundles, load)],
        charts: [toChart(cold)],
        claims: toClaims(cold),
      };
    } finally {
      await path.close();
    }
  },
};

const totals = (samples: Samples, name: string) =>
  (samples[name] ?? []).map(({ start, first }) => start + first);

/** Compares a variant with the baseline, round by round. */
const ratiosOf = (samples: Samples, name: string) =>
  ratiosByRound(totals(samples, name), totals(samples, BASELINE));

function toColdTable(samples: Samples): ResultTable {
  return {
    title: `A cold request at ${MEMORY_MB} MB`,
    columns: ['', 'start ms', 'first request ms', 'its CPU ms', 'together ms', '× (b)', 'quartiles of × (b)'],
    rows: Object.entries(samples).map(([name, of]) => {
      const ratios = ratiosOf(samples, name);
      return [
        name,
        median(of.map(({ start }) => start)).toFixed(0),
        median(of.map(({ first }) => first)).toFixed(0),
        median(of.map(({ firstCpu }) => firstCpu)).toFixed(1),
        median(totals(samples, name)).toFixed(0),
        ratio(median(ratios), 1),
        quartiles(ratios),
      ];
    }),
    note: `Medians of ${ROUNDS} processes, all variants in turns. Each ratio is the median of the ratios within a round. A process has a whole processor until its module is loaded. From its first request on, a control group limits it to ${MEMORY_MB} / ${WHOLE_PROCESSOR_MB} of one, in periods of 20 ms, as Lambda does. The embedded engine runs in another process, behind TLS. Each process gets a request of a new user who has ten todos, and responds with success.`,
  };
}

function toLoadTable(
  bundles: Readonly<Record<string, Bundle>>,
  samples: Readonly<Record<string, readonly number[]>>,
): ResultTable {
  return {
    title: 'The load of the code alone',
    columns: ['', 'KB', 'CPU ms', '× (b)', 'quartiles of × (b)'],
    rows: Object.entries(bundles).map(([name, { code }]) => {
      const of = samples[name] ?? [];
      const ratios = ratiosByRound(of, samples[BASELINE] ?? []);
      return [
        name,
        (statSync(code).size / 1024).toFixed(0),
        median(of).toFixed(1),
        ratio(median(ratios), 1),
        quartiles(ratios),
      ];
    }),
    note: `Medians of ${ROUNDS} processes, all variants in turns. The code is loaded and nothing is primed. This is what the build options change.`,
  };
}

/** The deployed functions that were measured. */
const deployed = (samples: Samples) => functionIds.filter((id) => samples[id] !== undefined);

/** The functions that call DynamoDB more than once in a request. Every other one makes at most one call. */
const SEVERAL_CALLS: ReadonlySet<string> = new Set(['clearTodos', 'deleteMe', 'getExport', SWEEP_ID]);

/** The functions that call DynamoDB: those with one call in a request, and those with several. */
function byCalls(samples: Samples): { readonly one: string[]; readonly several: string[] } {
  const withoutTable = new Set<string>(
    routes.filter(({ actions }) => actions.length === 0).map(({ id }) => id),
  );
  const names = deployed(samples).filter((name) => !withoutTable.has(name));
  return {
    one: names.filter((name) => !SEVERAL_CALLS.has(name)),
    several: names.filter((name) => SEVERAL_CALLS.has(name)),
  };
}

/** The lowest and the highest ratio of these functions, such as `0.45 to 0.55 ×`. */
function rangeOf(samples: Samples, names: readonly string[]): string {
  const ratios = names.map((name) => median(ratiosOf(samples, name)));
  return `${Math.min(...ratios).toFixed(2)} to ${ratio(Math.max(...ratios), 1)}`;
}

function toChart(samples: Samples): Chart {
  const names = [BASELINE, ...deployed(samples)];
  const variants = { 'as deployed': (name: string) => name, 'not primed': unprimed };
  const { one, several } = byCalls(samples);
  return {
    name: 'cold-path',
    title: `A cold request to each function at ${MEMORY_MB} MB`,
    kind: 'bars',
    unit: 'start and first request, in multiples of (b)',
    labels: names,
    series: Object.entries(variants).map(([variant, nameOf]) => ({
      name: variant,
      values: names.map((id) =>
        samples[nameOf(id)] === undefined ? undefined : median(ratiosOf(samples, nameOf(id))),
      ),
    })),
    decimals: 2,
    goal: { text: `goal: ${ratio(GOAL, 1)}`, value: GOAL },
    finding: `A function with one call of DynamoDB takes ${rangeOf(samples, one)} the time of a function with the AWS SDK as it comes, and the goal is ${ratio(GOAL, 1)}. One with several calls takes ${rangeOf(samples, several)}.`,
  };
}

function toClaims(samples: Samples): Claim[] {
  const { one, several } = byCalls(samples);
  const both = (nameOf: (id: string) => string) =>
    [AUTHORIZER_ID, 'getTodo'].reduce((sum, id) => sum + median(totals(samples, nameOf(id))), 0).toFixed(0);
  return [
    {
      figure: rangeOf(samples, one),
      text: `the start and the first request of a function with one call of DynamoDB at ${MEMORY_MB} MB, against a function with the AWS SDK as it comes and one GetItem. The goal is ${ratio(GOAL, 1)}`,
    },
    {
      figure: rangeOf(samples, several),
      text: `the same for the functions with several calls: ${several.join(', ')}`,
    },
    {
      figure: `${both(unprimed)} → ${both((id) => id)} ms`,
      text: `a cold authorizer and a cold \`getTodo\` at ${MEMORY_MB} MB, without and with priming`,
    },
  ];
}
