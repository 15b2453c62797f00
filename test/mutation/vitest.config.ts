import { defineConfig } from 'vitest/config';
import { root, shared } from '../vitest.shared.ts';

/** The globs of the test files, from main.ts. */
const { MUTATION_TESTS = '' } = process.env;

/** The tests of one part of `functions/`, with few random runs. */
export default defineConfig({
  root,
  test: {
    ...shared,
    include: MUTATION_TESTS.split(','),
    setupFiles: 'test/mutation/setup.ts',
    env: { INTERLEAVINGS: '3' },
  },
});
