import { statSync } from 'node:fs';
import type { Part, ResultTable } from '../part.ts';
import { interleave, median, quartiles, ratio, ratiosByRound } from '../statistics.ts';
import { BASELINE, type Bundle, withUnprimed } from './bundles.ts';
import { type ColdSample, openColdPath, WHOLE_PROCESSOR_MB, whyNoColdPath } from './cold-path.ts';
import { isMeasured } from './requests.ts';

const ROUNDS = 15;
/** The size of every function (infra/constructs/function-sizes.ts). */
const MEMORY_MB = 512;
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
      return {
        tables: [
          toColdTable(await interleave(Object.fromEntries(requested), ROUNDS)),
          toLoadTable(path.bundles, await interleave(Object.fromEntries(loaded), ROUNDS)),
        ],
      };
    } finally {
      await path.close();
    }
  },
};

function toColdTable(samples: Readonly<Record<string, readonly ColdSample[]>>): ResultTable {
  const totals = (name: string) => (samples[name] ?? []).map(({ start, first }) => start + first);
  return {
    title: `A cold request at ${MEMORY_MB} MB`,
    columns: ['', 'start ms', 'first request ms', 'its CPU ms', 'together ms', '× (b)', 'quartiles of × (b)'],
    rows: Object.entries(samples).map(([name, of]) => {
      const ratios = ratiosByRound(totals(name), totals(BASELINE));
      return [
        name,
        median(of.map(({ start }) => start)).toFixed(0),
        median(of.map(({ first }) => first)).toFixed(0),
        median(of.map(({ firstCpu }) => firstCpu)).toFixed(1),
        median(totals(name)).toFixed(0),
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
