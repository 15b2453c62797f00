import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { hasDynoxide } from './support/dynoxide.ts';

export const root = join(import.meta.dirname, '..');

/** The suites run in this order. Vitest runs a project without an order last on a machine with few processors. */
const [FIRST, LAST] = [1, 2];

/** A limit ends a test that hangs. A slow machine must not reach it. */
const [POLL_LIMIT_MS, TEST_LIMIT_MS, HOOK_LIMIT_MS, LONG_LIMIT_MS] = [60_000, 120_000, 300_000, 600_000];

const SHARED_ASSEMBLY = 'test/support/system-assembly.ts';

/** What the configurations of all local tests have in common. */
export const shared = {
  testTimeout: TEST_LIMIT_MS,
  hookTimeout: HOOK_LIMIT_MS,
  expect: { poll: { timeout: POLL_LIMIT_MS } },
  // The validation takes half of each synthesis. test/infra/validation.test.ts and `cdk deploy` validate.
  env: { CDK_VALIDATION: 'false' },
  // One more than there are processors, because many tests wait.
  maxWorkers: availableParallelism() + 1,
  tags: [
    { name: 'long', description: 'Takes long: left out of `npm test`.', timeout: LONG_LIMIT_MS },
    {
      name: 'random',
      description: 'Makes random input: a few times in `npm test`, many times in `npm run test:long`.',
      timeout: LONG_LIMIT_MS,
    },
  ],
};

/** Random tests repeat more often in `npm run test:long`. A variable of the same name has precedence. */
const manyRuns = { MODEL_SECONDS: '30', BAD_INPUT_RUNS: '50', INTERLEAVINGS: '60', TOKEN_RUNS: '5000' };

/** The variables that make the random tests repeat as often as in `npm run test:long`. */
export const longRandomTests: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(manyRuns).map(([name, runs]) => [name, process.env[name] ?? runs]),
);

interface SuiteOptions {
  /** The test files to run, by path from the root of the project. Default: all. */
  readonly files?: readonly string[];
  /** The environment of the tests, in addition to that of Vitest. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A Vitest project: the test files of a folder. */
function suite(folder: string, { files, env = {} }: SuiteOptions, options: object = {}) {
  const { TEST_ENGINE: engine } = env;
  return {
    extends: true as const,
    test: {
      name: engine ? `${folder} on ${engine}` : folder,
      include: files?.filter((file) => file.startsWith(`test/${folder}/`)) ?? [`test/${folder}/**/*.test.ts`],
      sequence: { groupOrder: FIRST },
      env,
      ...options,
    },
  };
}

/** All suites that need nothing but this machine. */
export function localSuites(options: SuiteOptions = {}) {
  return [
    suite('unit', options, { isolate: false }),
    suite('integration', options, { globalSetup: SHARED_ASSEMBLY }),
    // To load the CDK takes longer than most of these tests, so its files share the processes.
    suite('infra', options, { isolate: false }),
    suite('extension', options, { exclude: ['test/extension/project'] }),
    suite('e2e', options, { globalSetup: [SHARED_ASSEMBLY, 'test/support/e2e-setup.ts'], isolate: false }),
    // These tests read what the functions did in the end-to-end tests.
    suite('grants', options, { sequence: { groupOrder: LAST } }),
  ].filter(({ test }) => test.include.length > 0);
}

/** The end-to-end tests and the tests of the stores on dynoxide, the second DynamoDB engine. */
export function dynoxideSuites() {
  if (!hasDynoxide) {
    process.stdout.write('The tests on dynoxide are left out: dynoxide is not installed.\n');
    return [];
  }
  const files = [
    ...findTestFiles(/describe\.each\(engines\)/),
    ...globSync('test/e2e/**/*.test.ts', { cwd: root }),
  ];
  return localSuites({ files, env: { TEST_ENGINE: 'dynoxide' } });
}

/** The test files with a text that matches the pattern, by path from the root of the project. */
export function findTestFiles(pattern: RegExp): string[] {
  return globSync('test/**/*.test.ts', { cwd: root }).filter((file) =>
    pattern.test(readFileSync(join(root, file), 'utf8')),
  );
}
