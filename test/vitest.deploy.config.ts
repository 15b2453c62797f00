import { defineConfig } from 'vitest/config';
import { findPython } from './deploy/python.ts';
import { shared } from './vitest.shared.ts';

const isPossible = findPython() !== undefined;
if (!isPossible) {
  process.stdout.write('The tests of a real deployment are left out: they need Python 3.10 or later.\n');
}

const suite = (name: string, include: string, groupOrder: number) => ({
  extends: true as const,
  test: { name, include: isPossible ? [include] : [], sequence: { groupOrder } },
});

/**
 * `npm run test:deploy`: the end-to-end files against the stack in ministack, then the commands of the runbook, then
 * what changes the stack itself.
 */
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    ...(isPossible && { globalSetup: 'test/deploy/setup.ts' }),
    passWithNoTests: !isPossible,
    ...shared,
    reporters: 'verbose',
    // One file after the other. A file that sends many requests at once starts many functions in the emulator, and the
    // calls of other files then exceed the timeouts of the functions.
    fileParallelism: false,
    projects: [
      suite('e2e on ministack', 'test/e2e/**/*.test.ts', 1),
      suite('runbook', 'test/deploy/runbook.test.ts', 2),
      suite('deployment', 'test/deploy/redeploy.test.ts', 3),
    ],
  },
});
