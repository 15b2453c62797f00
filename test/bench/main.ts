import { readFileSync, writeFileSync } from 'node:fs';
import { UserError } from '../../infra/local/user-error.ts';
import { print, runScript } from '../../infra/start/command.ts';
import { type CommandLine, readCommandLine } from '../../infra/start/options.ts';
import { formatSeconds, showProgress } from '../../infra/start/progress.ts';
import { toSvg } from './drawing/chart.ts';
import { describeMachine } from './machine.ts';
import type { Part } from './part.ts';
import { chartFile, toText, withResults } from './report.ts';

interface Entry {
  readonly about: string;
  /** An estimate for two idle cores. */
  readonly seconds: number;
  /** Imports the part only when it runs, so that the modules of other parts do not change its measurements. */
  load(): Promise<Part>;
}

const parts: Readonly<Record<string, Entry>> = {
  coldstart: {
    about: 'The start of each function with its first request, and alternatives.',
    seconds: 240,
    load: async () => (await import('./coldstart/part.ts')).coldStart,
  },
  warm: {
    about: 'A request to a running function, and the bare call of the SDK.',
    seconds: 240,
    load: async () => (await import('./warm/part.ts')).warm,
  },
  tokens: {
    about: 'The verification of a token by several libraries.',
    seconds: 15,
    load: async () => (await import('./tokens/part.ts')).tokenVerification,
  },
  memory: {
    about: 'The same by memory size, later requests, and the price.',
    seconds: 480,
    load: async () => (await import('./memory/part.ts')).memory,
  },
  django: {
    about: 'The same API in Django.',
    seconds: 600,
    load: async () => (await import('./django/part.ts')).django,
  },
  cost: {
    about: 'The bill of a million requests, and what other designs would cost.',
    seconds: 35,
    load: async () => (await import('./cost/part.ts')).cost,
  },
  growth: {
    about: 'Lists of users who have many todos.',
    seconds: 205,
    load: async () => (await import('./growth/part.ts')).growth,
  },
  load: {
    about: 'The memory of the system, from the samples that npm run load has written.',
    seconds: 1,
    load: async () => (await import('./load-memory/part.ts')).loadMemory,
  },
  scaling: {
    about: 'The limits of AWS and Auth0 by the number of users, computed.',
    seconds: 20,
    load: async () => (await import('./scaling/part.ts')).scaling,
  },
};

const total = Object.values(parts).reduce((sum, { seconds }) => sum + seconds, 0);
const commandLine: CommandLine = {
  usage: 'npm run bench -- [part…]',
  summary: `Measures, prints tables, and writes them and their charts into test/bench/RESULTS.md. All parts take about ${Math.round(total / 60)} min.`,
  arguments: Object.fromEntries(
    Object.entries(parts).map(([name, { about, seconds }]) => [
      name,
      `${about} About ${formatSeconds(seconds)}.`,
    ]),
  ),
  environment: {
    GROWTH: 'The size of the largest tables of the part growth. Default: 100000. Above 1000.',
    LOAD_OUTPUT: 'The file of samples that the part load shows: npm run load writes it.',
  },
};

async function runPart(name: string, { seconds, load }: Entry, machine: string): Promise<void> {
  const estimate = `about ${formatSeconds(seconds)}`;
  print(`\n${name} … (${estimate})`);
  const part = await load();
  const reason = await part.unavailable?.();
  if (reason !== undefined) {
    print(`skipped: ${reason}`);
    return;
  }
  const startedAt = performance.now();
  const progress = showProgress((elapsed) => `${name}: ${formatSeconds(elapsed)} of ${estimate}`);
  const results = await part.run().finally(() => progress.stop());
  print(`${name} took ${formatSeconds((performance.now() - startedAt) / 1_000)}.\n`);
  print(results.tables.map(toText).join('\n'));

  const file = new URL(part.document ?? 'RESULTS.md', import.meta.url);
  const day = new Date().toISOString().slice(0, 10);
  const heading = part.document ? undefined : `Measured on ${day}: ${machine}.`;
  writeFileSync(file, withResults(readFileSync(file, 'utf8'), part, results, heading));
  for (const chart of results.charts ?? []) {
    writeFileSync(new URL(chartFile(chart.name), import.meta.url), toSvg(chart));
  }
}

/** `npm run bench`: runs the parts that the command line names, or all of them. */
async function main(): Promise<void> {
  const { positionals } = readCommandLine(commandLine, process.argv.slice(2));
  const unknown = positionals.filter((name) => !Object.hasOwn(parts, name));
  if (unknown.length > 0) {
    throw new UserError(`Unknown part ${unknown.join(', ')}. Known parts: ${Object.keys(parts).join(', ')}.`);
  }
  const chosen = Object.entries(parts).filter(
    ([name]) => positionals.length === 0 || positionals.includes(name),
  );
  const machine = describeMachine();
  const seconds = chosen.reduce((sum, [, part]) => sum + part.seconds, 0);
  print(
    `${machine}\n${chosen.length} of ${Object.keys(parts).length} parts, about ${formatSeconds(seconds)}.`,
  );
  for (const [name, part] of chosen) await runPart(name, part, machine);
}

await runScript(main);
