import { defineConfig } from 'vitest/config';
import { dynoxideSuites, localSuites, longRandomTests, root, shared } from './vitest.shared.ts';

/**
 * `npm run test:all`: the tests of `npm test`, `npm run test:long` and `npm run test:dynoxide` in one run. So each file
 * starts its system once, and no processor waits for the last file of a command.
 */
export default defineConfig({
  root,
  test: { ...shared, projects: [...localSuites({ env: longRandomTests }), ...dynoxideSuites()] },
});
