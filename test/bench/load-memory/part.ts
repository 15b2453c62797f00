import { existsSync, readFileSync } from 'node:fs';
import {
  type CompleteSample,
  hasHeaps,
  type MemorySample,
  memoryTable,
  parseMemoryCsv,
  secondHalf,
  slopePerMinute,
} from '../../load/memory-curve.ts';
import type { Chart, Claim, Part } from '../part.ts';

/** The file that `npm run load` writes, and this part reads. */
const samplesFile = process.env.LOAD_OUTPUT ?? '';

/** Shows the memory of the system during `npm run load`. A run that shows a leak takes an hour, so it is not repeated here. */
export const loadMemory: Part = {
  name: 'load',
  section: 'Memory under load',
  unavailable: async () =>
    existsSync(samplesFile)
      ? undefined
      : 'LOAD_OUTPUT names no file of samples that npm run load has written',
  async run() {
    const samples = parseMemoryCsv(readFileSync(samplesFile, 'utf8'));
    return { tables: [memoryTable(samples)], charts: [toChart(samples)], claims: [toClaim(samples)] };
  },
};

const minutesOf = (samples: readonly MemorySample[]) => (samples.at(-1)?.second ?? 0) / 60;

const slope = (samples: readonly MemorySample[]) => {
  const value = slopePerMinute(secondHalf(samples));
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)} MB`;
};

const curves: Readonly<Record<string, (sample: CompleteSample) => number>> = {
  'resident memory': ({ residentMb }) => residentMb,
  'heaps, as V8 has reserved them': ({ heaps }) => heaps.reserved,
  'heaps in use': ({ heaps }) => heaps.main + heaps.engine + heaps.functions,
};

function toChart(samples: readonly MemorySample[]): Chart {
  const complete = samples.filter(hasHeaps);
  return {
    name: 'load-memory',
    title: 'Memory of the local system under load',
    kind: 'lines',
    unit: 'MB, of the gateway, the engine and all functions in one process',
    labels: complete.map(({ second }) => second / 60),
    labelTitle: 'minutes of load',
    series: Object.entries(curves).map(([name, of]) => ({ name, values: complete.map(of) })),
    finding: `In the second half of ${minutesOf(samples).toFixed(0)} minutes of load, the resident memory changes by ${slope(samples)} a minute.`,
  };
}

function toClaim(samples: readonly MemorySample[]): Claim {
  return {
    figure: `${slope(samples)} a minute`,
    text: `the resident memory of the whole local system in the second half of ${minutesOf(samples).toFixed(0)} minutes of load. At the end it has ${(samples.at(-1)?.residentMb ?? 0).toFixed(0)} MB`,
  };
}
