import { defineConfig } from 'vitest/config';
import { shared } from './vitest.shared.ts';

/** `npm run test:live`: the end-to-end files against an API that runs already. They share its two users, in turn. */
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['test/e2e/**/*.test.ts'],
    globalSetup: 'test/support/live-setup.ts',
    fileParallelism: false,
    ...shared,
    reporters: 'verbose',
  },
});
