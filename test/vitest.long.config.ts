import { defineConfig } from 'vitest/config';
import { findTestFiles, localSuites, longRandomTests, root, shared } from './vitest.shared.ts';

// To import the other files only to skip their tests would take as long as half of the tests.
const files = findTestFiles(/\btags: .*'(long|random)'/);

/** `npm run test:long`: the tests with the tag "long", and those with the tag "random" with many more runs. */
export default defineConfig({
  root,
  test: { ...shared, projects: localSuites({ files, env: longRandomTests }) },
});
