import { defineConfig } from 'vitest/config';
import { localSuites, root, shared } from './vitest.shared.ts';

/** `npm test`: every suite on the embedded engine. The script leaves out the tests that have the tag "long". */
export default defineConfig({
  root,
  test: { ...shared, projects: localSuites() },
});
