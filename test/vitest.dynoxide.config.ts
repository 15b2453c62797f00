import { defineConfig } from 'vitest/config';
import { dynoxideSuites, root, shared } from './vitest.shared.ts';

const projects = dynoxideSuites();

/** `npm run test:dynoxide`: the end-to-end tests and the tests of the stores on the second engine. */
export default defineConfig({
  root,
  test: { ...shared, passWithNoTests: projects.length === 0, projects },
});
