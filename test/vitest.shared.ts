import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

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

/** A Vitest project: the test files of a folder, or `files`. */
function suite(name: string, files: readonly string[] | undefined, options: object = {}) {
  return {
    extends: true as const,
    test: {
      name,
      include: files?.filter((file) => file.startsWith(`test/${name}/`)) ?? [`test/${name}/**/*.test.ts`],
      sequence: { groupOrder: FIRST },
      ...options,
    },
  };
}

/**
 * All suites that need nothing but this machine.
 * @param files the test files to run, by path from the root of the project; all by default
 */
export function localSuites(files?: readonly string[]) {
  return [
    suite('unit', files, { isolate: false }),
    suite('integration', files, { globalSetup: SHARED_ASSEMBLY }),
    // To load the CDK takes longer than most of these tests, so its files share the processes.
    suite('infra', files, { isolate: false }),
    suite('extension', files, { exclude: ['test/extension/project'] }),
    suite('e2e', files, { globalSetup: [SHARED_ASSEMBLY, 'test/support/e2e-setup.ts'], isolate: false }),
    // These tests read what the functions did in the end-to-end tests.
    suite('grants', files, { sequence: { groupOrder: LAST } }),
  ].filter(({ test }) => test.include.length > 0);
}

/** The test files with a text that matches the pattern, by path from the root of the project. */
export function findTestFiles(pattern: RegExp): string[] {
  return globSync('test/**/*.test.ts', { cwd: root }).filter((file) =>
    pattern.test(readFileSync(join(root, file), 'utf8')),
  );
}
