import { defineConfig } from 'vitest/config';

const suite = (name: string, options: object = {}) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], ...options },
});

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      suite('unit'),
      suite('integration'),
      suite('infra'),
      suite('e2e', { globalSetup: 'test/support/e2e-setup.ts' }),
    ],
  },
});
