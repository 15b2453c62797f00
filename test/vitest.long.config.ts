import { defineConfig } from 'vitest/config';
import { findTestFiles, localSuites, root, shared } from './vitest.shared.ts';

const {
  MODEL_SECONDS = '30',
  BAD_INPUT_RUNS = '50',
  INTERLEAVINGS = '60',
  TOKEN_RUNS = '5000',
} = process.env;

/** `npm run test:long`: the tests with the tag "long", and those with the tag "random" with many more runs. */
export default defineConfig({
  root,
  test: {
    ...shared,
    env: { MODEL_SECONDS, BAD_INPUT_RUNS, INTERLEAVINGS, TOKEN_RUNS },
    // To import the other files only to skip their tests would take as long as half of the tests.
    projects: localSuites(findTestFiles(/\btags: .*'(long|random)'/)),
  },
});
