import { defineConfig } from 'vitest/config';
import { ClientTable } from './clients/table.ts';
import { root, shared } from './vitest.shared.ts';

/** `npm run test:clients`: generated clients, Postman and Schemathesis against the local deployment. */
export default defineConfig({
  root,
  test: {
    ...shared,
    include: ['test/clients/**/*.test.ts'],
    globalSetup: 'test/support/system-assembly.ts',
    // The files install the same tools, and the table has the time of each.
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    reporters: ['verbose', new ClientTable()],
  },
});
