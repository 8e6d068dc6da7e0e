import { defineConfig } from 'vitest/config';

export default defineConfig({
  // graphql refuses to work with a second copy of itself, which Vitest would load beside Node's.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/slow/**'],
    testTimeout: 15_000,
  },
});
