import { defineConfig } from 'vitest/config';

/** `npm run test:live`: the end-to-end files against an API that runs already. They share its two users, in turn. */
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['test/e2e/**/*.test.ts'],
    globalSetup: 'test/support/live-setup.ts',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: 'verbose',
  },
});
