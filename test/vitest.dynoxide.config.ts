import { globSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { hasDynoxide } from './support/dynoxide.ts';
import { findTestFiles, localSuites, root, shared } from './vitest.shared.ts';

if (!hasDynoxide) {
  process.stdout.write('The tests on dynoxide are left out: dynoxide is not installed.\n');
}
// The setup of the end-to-end tests runs in this process, the tests in others, which inherit it.
process.env.TEST_ENGINE = 'dynoxide';

const files = [
  ...findTestFiles(/describe\.each\(engines\)/),
  ...globSync('test/e2e/**/*.test.ts', { cwd: root }),
];

/** `npm run test:dynoxide`: the end-to-end tests and the tests of the stores on the second engine. */
export default defineConfig({
  root,
  test: {
    ...shared,
    passWithNoTests: !hasDynoxide,
    projects: hasDynoxide ? localSuites(files) : [],
  },
});
