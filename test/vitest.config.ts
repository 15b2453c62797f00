import { defineConfig } from 'vitest/config';
import { hasDynoxide } from './support/dynoxide.ts';

const suite = (name: string, options: object = {}) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], ...options },
});

if (!hasDynoxide) {
  process.stdout.write('The end-to-end tests on dynoxide are left out: dynoxide is not installed.\n');
}
const onDynoxide = suite('e2e on dynoxide', {
  include: ['test/e2e/**/*.test.ts'],
  globalSetup: 'test/support/e2e-dynoxide-setup.ts',
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
      ...(hasDynoxide ? [onDynoxide] : []),
    ],
  },
});
