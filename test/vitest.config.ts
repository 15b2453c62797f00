import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { hasDynoxide } from './support/dynoxide.ts';

/** Suites run in this order; what has none, Vitest runs last on a machine with few processors. */
const [AT_FIRST, AT_LAST] = [1, 2];

const suite = (name: string, options: object = {}) => ({
  extends: true as const,
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    sequence: { groupOrder: AT_FIRST },
    ...options,
  },
});

if (!hasDynoxide) {
  process.stdout.write('The end-to-end tests on dynoxide are left out: dynoxide is not installed.\n');
}
const onDynoxide = suite('e2e on dynoxide', {
  include: ['test/e2e/**/*.test.ts'],
  globalSetup: 'test/support/e2e-dynoxide-setup.ts',
});

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Of two processors Vitest would leave one unused, and many tests only wait for time-outs.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      suite('unit'),
      suite('integration'),
      suite('infra'),
      suite('extension', { exclude: ['test/extension/project'] }),
      suite('e2e', { globalSetup: 'test/support/e2e-setup.ts' }),
      // It looks at what the end-to-end tests made the functions do.
      suite('grants', { sequence: { groupOrder: AT_LAST } }),
      ...(hasDynoxide ? [onDynoxide] : []),
    ],
  },
});
