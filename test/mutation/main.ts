import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../infra/local/user-error.ts';
import { print, runScript } from '../../infra/start/command.ts';
import { type CommandLine, readCommandLine } from '../../infra/start/options.ts';
import { type Part, parts } from './parts.ts';

const projectDir = join(import.meta.dirname, '../..');
const resultsDir = join(projectDir, '.local/mutation');
const partNames = Object.keys(parts);

const commandLine: CommandLine = {
  usage: 'npm run mutation -- [part…]',
  summary:
    'Changes functions/ in many small ways, and shows the changes that no test notices. The reports are in .local/mutation/<part>/report.html. All parts take about 25 min on two processors.',
  arguments: { part: `${partNames.join(', ')}. Default: all.` },
};

/** The part of Stryker's report that is counted here (mutation-testing-report-schema). */
interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>;
}

/** Installs Stryker, which is in no workspace: nobody else needs its packages. */
function install(): void {
  const { status } = spawnSync('npm', ['ci', '--prefix', import.meta.dirname], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('Stryker could not be installed.');
}

/** Mutates a part. Stryker takes its options from a file. */
function run(name: string, { mutate, tests }: Part): readonly string[] {
  const folder = join(resultsDir, name);
  const [configFile, reportFile] = [join(folder, 'config.json'), join(folder, 'report.json')];
  const options = {
    ...JSON.parse(readFileSync(join(import.meta.dirname, 'stryker.config.json'), 'utf8')),
    mutate,
    tempDirName: join('.local/mutation', name, 'sandbox'),
    jsonReporter: { fileName: reportFile },
    htmlReporter: { fileName: join(folder, 'report.html') },
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(configFile, JSON.stringify(options));
  const stryker = join(import.meta.dirname, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const { status } = spawnSync(process.execPath, [stryker, 'run', configFile], {
    cwd: projectDir,
    stdio: 'inherit',
    env: { ...process.env, MUTATION_TESTS: tests.join(',') },
  });
  if (status !== 0) throw new Error(`The mutation test of ${name} failed.`);
  const { files } = JSON.parse(readFileSync(reportFile, 'utf8')) as Report;
  return Object.values(files).flatMap(({ mutants }) => mutants.map((mutant) => mutant.status));
}

/** One line of the table. A mutant counts as noticed when a test fails, or never ends. */
function toRow(name: string, statuses: readonly string[]): string {
  const count = (status: string) => statuses.filter((other) => other === status).length;
  const [killed, timeout, survived, noCoverage] = ['Killed', 'Timeout', 'Survived', 'NoCoverage'].map(count);
  const noticed = (killed ?? 0) + (timeout ?? 0);
  const all = noticed + (survived ?? 0) + (noCoverage ?? 0);
  const score = all === 0 ? '-' : `${((100 * noticed) / all).toFixed(1)} %`;
  return `| ${[name, all, killed, timeout, survived, noCoverage, score].join(' | ')} |`;
}

/** `npm run mutation`: mutates the parts that the command line names, or all of them. */
async function main(): Promise<void> {
  const { positionals: chosen } = readCommandLine(commandLine, process.argv.slice(2));
  const unknown = chosen.filter((name) => !Object.hasOwn(parts, name));
  if (unknown.length > 0) {
    throw new UserError(`Unknown part ${unknown.join(', ')}. Known parts: ${partNames.join(', ')}.`);
  }
  install();
  const results = Object.entries(parts)
    .filter(([name]) => chosen.length === 0 || chosen.includes(name))
    .map(([name, part]) => [name, run(name, part)] as const);
  print('\n| part | mutants | killed | timeout | survived | no coverage | score |');
  print('|---|---|---|---|---|---|---|');
  for (const [name, statuses] of results) print(toRow(name, statuses));
  if (results.length > 1)
    print(
      toRow(
        'all',
        results.flatMap(([, statuses]) => statuses),
      ),
    );
}

await runScript(main);
