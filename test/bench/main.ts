// npm run bench [-- part…]: measures, prints tables, and puts them into RESULTS.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { describeMachine } from './machine.ts';
import type { Part } from './part.ts';
import { toMarkdown, toText, withSection } from './report.ts';

/** Every part by its name. Loaded only when it runs, so that no part pays for the modules of another. */
const parts: Readonly<Record<string, () => Promise<Part>>> = {
  coldstart: async () => (await import('./coldstart/part.ts')).coldStart,
  warm: async () => (await import('./warm/part.ts')).warm,
  tokens: async () => (await import('./tokens/part.ts')).tokenVerification,
  memory: async () => (await import('./memory/part.ts')).memory,
  django: async () => (await import('./django/part.ts')).django,
  cost: async () => (await import('./cost/part.ts')).cost,
  growth: async () => (await import('./growth/part.ts')).growth,
  scaling: async () => (await import('./scaling/part.ts')).scaling,
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
  process.stderr.write(`There is no part ${unknown.join(', ')}. Parts: ${Object.keys(parts).join(', ')}\n`);
  process.exit(1);
}

const machine = describeMachine();
process.stdout.write(`${machine}\n`);
for (const [name, load] of Object.entries(parts)) {
  if (names.length > 0 && !names.includes(name)) continue;
  process.stdout.write(`\n${name} …\n\n`);
  const part = await load();
  const reason = await part.unavailable?.();
  if (reason !== undefined) {
    process.stdout.write(`skipped: ${reason}\n`);
    continue;
  }
  const tables = await part.run();
  process.stdout.write(`${tables.map(toText).join('\n')}`);

  const file = new URL(part.document ?? 'RESULTS.md', import.meta.url);
  const day = new Date().toISOString().slice(0, 10);
  const heading = part.document ? [] : [`Measured on ${day}: ${machine}.`];
  const results = [...heading, ...tables.map(toMarkdown)].join('\n\n');
  writeFileSync(file, withSection(readFileSync(file, 'utf8'), name, results));
}
